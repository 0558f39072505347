import Foundation
import Networks
import TestSupport
import Training

/// Mini-batch SGD in Double with plain loops and the system's functions: the judge of what the
/// trainer computes, as `DocumentedTrainer` is of how.
struct ReferenceTrainer {
  let architecture: Architecture
  /// The parameters in the order of `Parameters.tensors()`: for each layer its weights
  /// [outputs × inputs], then its biases.
  var values: [Double]
  private var velocities: [Double]
  /// 1 for weights, 0 for biases, which do not decay.
  private let decays: [Double]

  init(_ architecture: Architecture, from parameters: Parameters) {
    self.architecture = architecture
    let tensors = parameters.tensors()
    values = tensors.flatMap(\.values).map { Double($0) }
    velocities = values.map { _ in 0 }
    decays = tensors.flatMap { tensor in tensor.values.map { _ in tensor.shape.count == 2 ? 1 : 0 }
    }
  }

  /// One step on a mini-batch.
  mutating func step(_ inputs: [[Double]], _ targets: [[Double]], _ settings: TrainingSettings) {
    let gradient = gradient(inputs, targets, weightDecay: settings.optimizer.weightDecay)
    let (momentum, isNesterov) = settings.optimizer.momentum ?? (.nan, false)
    for index in values.indices {
      velocities[index] = momentum * velocities[index] + gradient[index]
      let direction =
        isNesterov ? gradient[index] + momentum * velocities[index] : velocities[index]
      values[index] -= settings.learningRate * direction
    }
  }

  /// The gradient of the mean loss with the penalty ½ weightDecay ‖w‖².
  func gradient(
    _ inputs: [[Double]], _ targets: [[Double]], weightDecay: Double = 0
  ) -> [Double] {
    var sum = values.map { _ in 0.0 }
    for (x, t) in zip(inputs, targets) { add(x, t, to: &sum) }
    return sum.indices.map {
      sum[$0] / Double(inputs.count) + weightDecay * decays[$0] * values[$0]
    }
  }

  /// Adds the gradient of one sample's loss.
  private func add(_ inputs: [Double], _ targets: [Double], to sum: inout [Double]) {
    let layers = forward(inputs)
    var errors = self.errors(layers[layers.count - 1], targets)
    var end = values.count
    for index in architecture.layers.indices.reversed() {
      let x = index == 0 ? inputs : layers[index - 1].values
      let start = end - errors.count * (x.count + 1)
      var inputErrors = x.map { _ in 0.0 }
      for output in errors.indices {
        for input in x.indices {
          sum[start + output * x.count + input] += errors[output] * x[input]
          inputErrors[input] += errors[output] * values[start + output * x.count + input]
        }
        sum[start + errors.count * x.count + output] += errors[output]
      }
      if index > 0 { errors = zip(inputErrors, layers[index - 1].slopes).map { $0 * $1 } }
      end = start
    }
  }

  /// The outputs for one sample: probabilities where the loss takes logits.
  func outputs(_ inputs: [Double]) -> [Double] {
    let layers = forward(inputs)
    return probabilities(layers[layers.count - 1].values)
  }

  /// The loss of one sample.
  func loss(_ inputs: [Double], _ targets: [Double]) -> Double {
    let y = outputs(inputs)
    return switch architecture.loss {
    case .softmaxCrossEntropy: -zip(y, targets).reduce(0) { $0 + $1.1 * log($1.0) }
    case .logisticCrossEntropy:
      -zip(y, targets).reduce(0) { $0 + $1.1 * log($1.0) + (1 - $1.1) * log(1 - $1.0) }
    case .squaredError: zip(y, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
    }
  }

  // MARK: - Layers

  private typealias Layer = (values: [Double], slopes: [Double])

  private func forward(_ inputs: [Double]) -> [Layer] {
    var layers: [Layer] = []
    var x = inputs
    var start = 0
    for layer in architecture.layers {
      let sums = (0..<layer.outputs).map { output in
        x.indices.reduce(values[start + layer.outputs * x.count + output]) {
          $0 + x[$1] * values[start + output * x.count + $1]
        }
      }
      start += layer.outputs * (x.count + 1)
      let pairs = sums.map { valueAndSlope(layer.activation, $0) }
      layers.append((pairs.map(\.0), pairs.map(\.1)))
      x = layers[layers.count - 1].values
    }
    return layers
  }

  private func valueAndSlope(_ activation: Activation, _ z: Double) -> (Double, Double) {
    let sigma = sigmoid(z)
    return switch activation {
    case .identity: (z, 1)
    case .relu: z > 0 ? (z, 1) : (0, 0)
    case .softplus: (log(1 + exp(z)), sigma)
    case .threshold: (z > 0 ? 1 : 0, abs(z) <= 1 ? 1 : 0)
    case .logistic: (sigma, sigma * (1 - sigma))
    case .tanh: (Foundation.tanh(z), 1 - Foundation.tanh(z) * Foundation.tanh(z))
    case .gelu: gelu(z)
    }
  }

  private func gelu(_ z: Double) -> (Double, Double) {
    let root = (2 / Double.pi).squareRoot()
    let t = Foundation.tanh(root * (z + 0.044715 * z * z * z))
    let slopeOfT = (1 - t * t) * root * (1 + 3 * 0.044715 * z * z)
    return (z * (1 + t) / 2, (1 + t) / 2 + z / 2 * slopeOfT)
  }

  private func probabilities(_ outputs: [Double]) -> [Double] {
    switch architecture.loss {
    case .softmaxCrossEntropy:
      let powers = outputs.map { exp($0) }
      return powers.map { $0 / powers.reduce(0, +) }
    case .logisticCrossEntropy: return outputs.map { sigmoid($0) }
    case .squaredError: return outputs
    }
  }

  private func errors(_ last: Layer, _ targets: [Double]) -> [Double] {
    let differences = zip(probabilities(last.values), targets).map { $0 - $1 }
    guard architecture.loss == .squaredError else { return differences }
    return zip(differences, last.slopes).map { $0 * $1 }
  }
}

extension SampleSet {
  /// The inputs of a sample as the network reads them.
  func referenceInputs(_ sample: Int) -> [Double] {
    let range = sample * inputWidth..<(sample + 1) * inputWidth
    return switch inputs {
    case .bytes(let bytes, let scale): bytes[range].map { Double($0) * Double(scale) }
    case .floats(let floats): floats[range].map { Double($0) }
    }
  }

  /// What a network with `outputs` outputs should answer.
  func referenceTargets(_ sample: Int, outputs: Int) -> [Double] {
    switch targets {
    case .classes(let classes, _):
      outputs == 1
        ? [Double(classes[sample])] : (0..<outputs).map { $0 == classes[sample] ? 1 : 0 }
    case .vectors(let values, let width):
      values[sample * width..<(sample + 1) * width].map { Double($0) }
    }
  }
}
