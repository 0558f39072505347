/// The shape of a multilayer perceptron: widths, activations and the loss it is trained for
/// (lecture C3).
public struct Architecture: Equatable, Sendable {
  /// One layer: y = φ(xW + b).
  public struct Layer: Equatable, Codable, Sendable {
    /// The number of units.
    public let outputs: Int
    /// The activation function of the units.
    public let activation: Activation

    /// A layer of `outputs` units.
    public init(outputs: Int, activation: Activation) {
      self.outputs = outputs
      self.activation = activation
    }
  }

  /// The maximum number of units of a layer, and of inputs of a network.
  public static let widthLimit = 1 << 20
  /// The maximum number of weights and biases of a network: 4 GiB.
  public static let parameterLimit = 1 << 30

  /// The number of inputs.
  public let inputs: Int
  /// The layers from the first hidden one to the output layer.
  public let layers: [Layer]
  /// The loss function that training minimizes.
  public let loss: Loss

  /// An architecture from its layers.
  ///
  /// - Precondition: `validationError(inputs:layers:loss:)` finds none.
  public init(inputs: Int, layers: [Layer], loss: Loss) {
    if let fault = Self.validationError(inputs: inputs, layers: layers, loss: loss) {
      preconditionFailure(fault)
    }
    self.inputs = inputs
    self.layers = layers
    self.loss = loss
  }

  /// An architecture whose hidden layers share one activation.
  ///
  /// - Parameters:
  ///   - inputs: the number of inputs.
  ///   - hidden: the widths of the hidden layers; none for a linear model.
  ///   - activation: the activation function of the hidden layers.
  ///   - outputs: the number of outputs.
  ///   - outputActivation: the activation function of the output layer; the identity for the
  ///     cross-entropies, which take logits.
  ///   - loss: the loss function to minimize.
  public init(
    inputs: Int, hidden: [Int], activation: Activation = .relu, outputs: Int,
    outputActivation: Activation = .identity, loss: Loss = .softmaxCrossEntropy
  ) {
    let layers =
      hidden.map { Layer(outputs: $0, activation: activation) }
      + [Layer(outputs: outputs, activation: outputActivation)]
    self.init(inputs: inputs, layers: layers, loss: loss)
  }

  /// What is wrong with an architecture that came from outside, in words; nil for a sound one.
  public static func validationError(inputs: Int, layers: [Layer], loss: Loss) -> String? {
    guard let last = layers.last else { return "a network needs at least one layer" }
    let widths = [inputs] + layers.map(\.outputs)
    if let width = widths.first(where: { !(1...widthLimit).contains($0) }) {
      return "a width of \(width) is not in 1…\(widthLimit)"
    }
    let parameters = zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    guard parameters <= parameterLimit else {
      return "\(parameters) parameters are more than \(parameterLimit)"
    }
    if loss.takesLogits && last.activation != .identity {
      return "\(loss.rawValue) takes logits, so the output activation is identity, "
        + "not \(last.activation.rawValue)"
    }
    return nil
  }

  /// The number of outputs.
  public var outputs: Int { layers[layers.count - 1].outputs }

  /// The number of classes that the outputs distinguish: one per output. A single output
  /// distinguishes two classes, unless it is a softmax, which is always 1.
  public var classCount: Int {
    outputs == 1 && loss != .softmaxCrossEntropy ? 2 : outputs
  }

  /// The number of inputs of a layer.
  public func inputs(ofLayer layer: Int) -> Int {
    layer == 0 ? inputs : layers[layer - 1].outputs
  }

  /// The number of weights and biases.
  public var parameterCount: Int { weightCount + layers.reduce(0) { $0 + $1.outputs } }

  /// The number of weights: the multiply-adds of one sample's forward pass (lecture D6).
  public var weightCount: Int {
    layers.indices.reduce(0) { $0 + inputs(ofLayer: $1) * layers[$1].outputs }
  }

  /// The multiply-adds of one sample's training step: per weight one forward, one for the weight's
  /// gradient and one for the error signal of its input. The inputs of the first layer need no
  /// error signals.
  public var multiplyAddsPerSample: Int {
    3 * weightCount - inputs * layers[0].outputs
  }
}

extension Architecture {
  /// The same network with another number of outputs.
  package func withOutputs(_ count: Int) -> Architecture {
    let last = Layer(outputs: count, activation: layers[layers.count - 1].activation)
    return Architecture(inputs: inputs, layers: layers.dropLast() + [last], loss: loss)
  }
}

extension Architecture: CustomStringConvertible {
  /// The widths: `784-128-10`.
  public var description: String {
    ([inputs] + layers.map(\.outputs)).map(String.init).joined(separator: "-")
  }
}
