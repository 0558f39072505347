import Kernels
import Networks
import Training

/// The arithmetic that the contract of bits defines, written as plainly as can be: one fused
/// multiply-add chain per output, leaves of 64 samples, a binary tree over the leaves, one
/// division per mini-batch. It knows ReLU and the squared error, whose numbers need no polynomials.
struct DocumentedTrainer {
  /// One layer's numbers, or what they have in store for the next step.
  struct Layer {
    var weights: [[Float]]  // [inputs × outputs]
    var biases: [Float]  // [outputs]
  }

  private(set) var layers: [Layer]
  private var velocities: [Layer]
  private let settings: TrainingSettings

  /// A trainer that begins where `Trainer` does.
  init(_ architecture: Architecture, settings: TrainingSettings) {
    let tensors = Parameters(architecture, seed: settings.seed).tensors()
    layers = architecture.layers.indices.map { index in
      let (outputs, inputs) = (
        architecture.layers[index].outputs, architecture.inputs(ofLayer: index)
      )
      let weights = tensors[2 * index].values  // [outputs × inputs]
      return Layer(
        weights: (0..<inputs).map { input in
          (0..<outputs).map { weights[$0 * inputs + input] }
        }, biases: tensors[2 * index + 1].values)
    }
    velocities = layers.map { layer in
      Layer(
        weights: layer.weights.map { $0.map { _ in 0 } }, biases: layer.biases.map { _ in 0 })
    }
    self.settings = settings
  }

  /// The parameters in the order of `Parameters.tensors()`.
  var values: [Float] {
    layers.flatMap { layer in
      layer.biases.indices.flatMap { output in layer.weights.map { $0[output] } } + layer.biases
    }
  }

  /// Trains an epoch at a constant learning rate.
  ///
  /// - Returns: the mean loss.
  mutating func trainEpoch(_ epoch: Int, inputs: [[Float]], targets: [[Float]]) -> Double {
    let order = shuffledIndices(
      count: inputs.count,
      using: Philox(seed: settings.seed, purpose: .shuffle, epoch: UInt32(epoch)))
    var loss = 0.0
    for first in stride(from: 0, to: order.count, by: settings.batchSize) {
      let batch = order[first..<min(first + settings.batchSize, order.count)].map { Int($0) }
      loss += step(inputs: batch.map { inputs[$0] }, targets: batch.map { targets[$0] })
    }
    return loss / Double(inputs.count)
  }

  /// Takes one step.
  ///
  /// - Returns: the sum of the samples' losses.
  private mutating func step(inputs: [[Float]], targets: [[Float]]) -> Double {
    let passes = zip(inputs, targets).map { pass(inputs: $0, targets: $1) }
    for index in layers.indices {
      let signals = passes.map { $0.signals[index] }
      for output in layers[index].biases.indices {
        let errors = signals.map { $0.errors[output] }
        for input in layers[index].weights.indices {
          descend(
            &layers[index].weights[input][output], &velocities[index].weights[input][output],
            mean(signals.map { $0.inputs[input] }, errors), decay: Float(settings.weightDecay))
        }
        descend(
          &layers[index].biases[output], &velocities[index].biases[output],
          mean(errors.map { _ in 1 }, errors), decay: 0)
      }
    }
    return sumByLeaves(passes.count, zero: 0.0) { range in
      range.reduce(0.0) { $0 + passes[$1].loss }
    }
  }

  /// What a layer learns from for one sample.
  private struct Signals {
    let inputs: [Float]
    let errors: [Float]
  }

  private func pass(inputs: [Float], targets: [Float]) -> (signals: [Signals], loss: Double) {
    var values = [inputs]
    for (index, layer) in layers.enumerated() {
      let x = values[index]
      let sums = layer.biases.indices.map { output in
        x.indices.reduce(layer.biases[output]) { sum, input in
          sum.addingProduct(x[input], layer.weights[input][output])
        }
      }
      values.append(index == layers.count - 1 ? sums : sums.map { max($0, 0) })
    }

    var errors = zip(values[layers.count], targets).map { $0 - $1 }
    let loss = Double(sumOfLanes(errors.map { $0 * $0 })) / 2
    var signals: [Signals] = []
    for index in layers.indices.reversed() {
      signals.insert(Signals(inputs: values[index], errors: errors), at: 0)
      errors = layers[index].weights.indices.map { input in
        let sum = errors.indices.reduce(Float(0)) { sum, output in
          sum.addingProduct(layers[index].weights[input][output], errors[output])
        }
        return values[index][input] > 0 ? sum : 0
      }
    }
    return (signals, loss)
  }

  /// The mean over the mini-batch of the products of two factors.
  private func mean(_ inputs: [Float], _ errors: [Float]) -> Float {
    let sum = sumByLeaves(errors.count, zero: Float(0)) { range in
      range.reduce(Float(0)) { $0.addingProduct(inputs[$1], errors[$1]) }
    }
    return sum * (1 / Float(errors.count))
  }

  private func descend(
    _ weight: inout Float, _ velocity: inout Float, _ mean: Float, decay: Float
  ) {
    let momentum = Float(settings.momentum)
    let gradient = mean.addingProduct(decay, weight)
    velocity = gradient.addingProduct(momentum, velocity)
    let direction = settings.isNesterov ? gradient.addingProduct(momentum, velocity) : velocity
    weight.addProduct(-Float(settings.learningRate), direction)
  }

  /// Sums of 64 samples each, then of neighbours level by level, an odd one carried up.
  private func sumByLeaves<Number: FloatingPoint>(
    _ count: Int, zero: Number, leaf: (Range<Int>) -> Number
  ) -> Number {
    var sums = stride(from: 0, to: count, by: 64).map { leaf($0..<min($0 + 64, count)) }
    while sums.count > 1 {
      sums = stride(from: 0, to: sums.count, by: 2).map {
        $0 + 1 < sums.count ? sums[$0] + sums[$0 + 1] : sums[$0]
      }
    }
    return sums.first ?? zero
  }

  /// Up to sixteen terms, added by halves: lane i and lane i + 8, then + 4, + 2, + 1.
  private func sumOfLanes(_ terms: [Float]) -> Float {
    var sums = terms + Array(repeating: 0, count: 16 - terms.count)
    while sums.count > 1 {
      sums = (0..<sums.count / 2).map { sums[$0] + sums[$0 + sums.count / 2] }
    }
    return sums[0]
  }
}
