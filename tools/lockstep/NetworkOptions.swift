import ArgumentParser
import Digits
import Lockstep
import Networks
import Training

/// The network to train. Every option is optional, so that a resumed run can tell which were given.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Widths of the hidden layers, such as 512,512; 0 for none (default: 128).",
      valueName: "widths"))
  var hidden: HiddenWidths?

  @Option(help: "Activation function of the hidden layers (default: relu).")
  var activation: Activation?

  @Option(help: "Loss function to minimize (default: softmax-cross-entropy).")
  var loss: Loss?

  @Option(help: "Activation function of the output layer, for squared-error (default: identity).")
  var outputActivation: Activation?

  /// Whether any option was given.
  var isEmpty: Bool {
    hidden == nil && activation == nil && loss == nil && outputActivation == nil
  }

  /// The network for images of `inputs` pixels and `classes` classes.
  ///
  /// - Parameters:
  ///   - inputs: the number of pixels.
  ///   - classes: the number of outputs.
  ///   - base: the network where no option names another; nil takes the defaults.
  /// - Throws: `UsageProblem` for a network that cannot be.
  /// - Returns: the network.
  func architecture(
    inputs: Int, classes: Int, base: RunRecord.NetworkRecord? = nil
  ) throws -> Architecture {
    let before = base?.layers.dropLast()
    let usual = activation ?? before?.first?.activation ?? .relu
    let hiddenLayers =
      if let hidden {
        hidden.widths.map { Architecture.Layer(outputs: $0, activation: usual) }
      } else if let before {
        before.map {
          Architecture.Layer(outputs: $0.outputs, activation: activation ?? $0.activation)
        }
      } else {
        [Architecture.Layer(outputs: 128, activation: usual)]
      }
    let loss = loss ?? base?.loss ?? .softmaxCrossEntropy
    let ofBase = loss == base?.loss ? base?.layers.last?.activation : nil
    let layers =
      hiddenLayers
      + [Architecture.Layer(outputs: classes, activation: outputActivation ?? ofBase ?? .identity)]
    if let fault = Architecture.validationError(inputs: inputs, layers: layers, loss: loss) {
      throw UsageProblem(fault)
    }
    return Architecture(inputs: inputs, layers: layers, loss: loss)
  }
}

/// The widths of the hidden layers, first to last.
struct HiddenWidths: ExpressibleByArgument {
  let widths: [Int]

  init?(argument: String) {
    let parts = argument.split(whereSeparator: { $0 == "," || $0 == "-" }).map { Int($0) }
    let widths = parts.compactMap(\.self)
    guard !widths.isEmpty, widths.count == parts.count else { return nil }
    guard widths != [0] else {
      self.widths = []
      return
    }
    guard widths.allSatisfy({ (1...Architecture.widthLimit).contains($0) }) else { return nil }
    self.widths = widths
  }
}

extension Activation: ExpressibleByArgument {
  /// Reads a name; the field calls the logistic function `sigmoid`, too.
  public init?(argument: String) {
    self.init(rawValue: argument == "sigmoid" ? "logistic" : argument)
  }
}

extension Loss: ExpressibleByArgument {
  /// Reads a name such as `softmax-cross-entropy`.
  public init?(argument: String) {
    guard let loss = Loss.allCases.first(where: { $0.argument == argument }) else { return nil }
    self = loss
  }

  /// The names on the command line.
  public static var allValueStrings: [String] { allCases.map(\.argument) }
}
