import Networks
import Randomness
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
  /// The optimizer's slots: SGD's velocity, or AdamW's first moment, and AdamW's second one.
  private var firstSlots: [Layer]
  private var secondSlots: [Layer]
  /// The average of the weights.
  private var averages: [Layer]
  private var stepNumber = 0
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
    firstSlots = layers.map { layer in
      Layer(
        weights: layer.weights.map { $0.map { _ in 0 } }, biases: layer.biases.map { _ in 0 })
    }
    secondSlots = firstSlots
    averages = layers
    self.settings = settings
  }

  /// The parameters in the order of `Parameters.tensors()`.
  var values: [Float] {
    (settings.averageDecay == nil ? layers : averages).flatMap { layer in
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
      let passes = batch.map {
        pass(inputs: inputs[$0], targets: targets[$0], factors: factors(sample: $0, epoch: epoch))
      }
      loss += step(passes)
    }
    return loss / Double(inputs.count)
  }

  /// Takes one step from the passes of a mini-batch.
  ///
  /// - Returns: the sum of the samples' losses.
  private mutating func step(_ passes: [Pass]) -> Double {
    stepNumber += 1
    let sums = layers.indices.map { index in
      gradientSums(passes.map { $0.signals[index] }, layers[index])
    }
    let factor = factor(of: sums, samples: passes.count)
    for index in layers.indices {
      for output in layers[index].biases.indices {
        for input in layers[index].weights.indices {
          update(
            &layers[index].weights[input][output], &firstSlots[index].weights[input][output],
            &secondSlots[index].weights[input][output], sums[index].weights[input][output] * factor,
            decays: true)
        }
        update(
          &layers[index].biases[output], &firstSlots[index].biases[output],
          &secondSlots[index].biases[output], sums[index].biases[output] * factor, decays: false)
        limitNorm(layer: index, output: output)
        moveAverage(layer: index, output: output)
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

  private typealias Pass = (signals: [Signals], loss: Double)

  /// The factors of dropout for the inputs and for each hidden layer, all 1 where nothing is dropped.
  private func factors(sample: Int, epoch: Int) -> [[Float]] {
    let widths = layers.map(\.weights.count)
    let rates =
      [settings.regularization.inputDropout]
      + widths.dropFirst().map { _ in settings.regularization.dropout }
    return zip(widths, rates).enumerated().map { layer, pair in
      let (width, rate) = pair
      return (0..<width).map { unit in
        let first = UInt32(layer << 18 + unit / 64 * 16 + unit % 16)
        let block = philox(
          counter: (first, UInt32(sample), UInt32(epoch), 4),
          key: (
            UInt32(truncatingIfNeeded: settings.seed),
            UInt32(truncatingIfNeeded: settings.seed >> 32)
          ))
        let word = [block.0, block.1, block.2, block.3][unit / 16 % 4]
        return Double(word) < (rate * 4_294_967_296).rounded(.down) ? 0 : Float(1 / (1 - rate))
      }
    }
  }

  private func pass(inputs: [Float], targets: [Float], factors: [[Float]]) -> Pass {
    var values = [zip(inputs, factors[0]).map { $0 * $1 }]
    for (index, layer) in layers.enumerated() {
      let x = values[index]
      let sums = layer.biases.indices.map { output in
        x.indices.reduce(layer.biases[output]) { sum, input in
          sum.addingProduct(x[input], layer.weights[input][output])
        }
      }
      values.append(
        index == layers.count - 1
          ? sums : zip(sums, factors[index + 1]).map { max($0, 0) * $1 })
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
        return values[index][input] > 0 ? sum * factors[index][input] : 0
      }
    }
    return (signals, loss)
  }

  /// The sums over the mini-batch of a layer's inputs times its errors, and of its errors.
  private func gradientSums(_ signals: [Signals], _ layer: Layer) -> Layer {
    func sum(_ inputs: [Float], _ errors: [Float]) -> Float {
      sumByLeaves(errors.count, zero: Float(0)) { range in
        range.reduce(Float(0)) { $0.addingProduct(inputs[$1], errors[$1]) }
      }
    }
    let errors = layer.biases.indices.map { output in signals.map { $0.errors[output] } }
    return Layer(
      weights: layer.weights.indices.map { input in
        errors.map { errors in sum(signals.map { $0.inputs[input] }, errors) }
      }, biases: errors.map { errors in sum(errors.map { _ in 1 }, errors) })
  }

  /// What the sums are multiplied with: 1/n, or less where the gradient is clipped.
  private func factor(of sums: [Layer], samples: Int) -> Float {
    guard let limit = settings.clipNorm else { return 1 / Float(samples) }
    // Sixteen outputs side by side are one term. Rows of a multiple of 128 outputs end with a term of 0.
    var terms: [Double] = []
    for row in sums.flatMap({ $0.weights + [$0.biases] }) {
      let squares = row.map { Double($0) * Double($0) }
      for first in stride(from: 0, to: row.count, by: 16) {
        terms.append(sumOfLanes(Array(squares[first..<min(first + 16, row.count)])))
      }
      if (row.count + 15) / 16 % 8 == 0 { terms.append(0) }
    }
    let norm =
      sumByLeaves(terms.count, zero: 0.0) { range in range.reduce(0.0) { $0 + terms[$1] } }
      .squareRoot() / Double(samples)
    return Float((norm > limit ? limit / norm : 1) / Double(samples))
  }

  /// Moves the average of a unit's weights and bias towards them.
  private mutating func moveAverage(layer: Int, output: Int) {
    guard let decay = settings.averageDecay else { return }
    let share = Float(1 - min(decay, Double(stepNumber) / Double(stepNumber + 9)))
    func move(_ average: inout Float, _ value: Float) {
      average.addProduct(share, value - average)
    }
    for input in layers[layer].weights.indices {
      move(&averages[layer].weights[input][output], layers[layer].weights[input][output])
    }
    move(&averages[layer].biases[output], layers[layer].biases[output])
  }

  private func update(
    _ weight: inout Float, _ first: inout Float, _ second: inout Float, _ mean: Float,
    decays: Bool
  ) {
    let rate = settings.learningRate
    switch settings.optimizer {
    case .sgd(let momentum, let isNesterov, let weightDecay):
      let (momentum, decay) = (Float(momentum), decays ? Float(weightDecay) : 0)
      let gradient = mean.addingProduct(decay, weight)
      first = gradient.addingProduct(momentum, first)
      let direction = isNesterov ? gradient.addingProduct(momentum, first) : first
      weight.addProduct(-Float(rate), direction)
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      first = first.addingProduct(Float(1 - beta1), mean - first)
      second = (Float(beta2) * second).addingProduct(Float(1 - beta2), mean * mean)
      let rootFactor = Float(1 / (1 - power(beta2, stepNumber)).squareRoot())
      let divisor = Float(epsilon).addingProduct(second.squareRoot(), rootFactor)
      let kept = decays ? Float(1 - rate * weightDecay) * weight : weight
      weight = kept.addingProduct(-Float(rate / (1 - power(beta1, stepNumber))), first / divisor)
    }
  }

  /// Scales the incoming weights of a unit back whose norm is greater than the limit.
  private mutating func limitNorm(layer: Int, output: Int) {
    guard let limit = settings.regularization.maxNorm.map({ Float($0) }) else { return }
    let norm = layers[layer].weights.reduce(Float(0)) {
      $0.addingProduct($1[output], $1[output])
    }.squareRoot()
    guard norm > limit else { return }
    for input in layers[layer].weights.indices {
      layers[layer].weights[input][output] *= limit / norm
    }
  }

  /// base^exponent: the squares base^(2^i) of the exponent's bits, multiplied from the lowest one up.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent.bitWidth).filter { exponent >> $0 & 1 == 1 }.reduce(1) { product, bit in
      product * (0..<bit).reduce(base) { square, _ in square * square }
    }
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
  private func sumOfLanes<Number: FloatingPoint>(_ terms: [Number]) -> Number {
    var sums = terms + Array(repeating: 0, count: 16 - terms.count)
    while sums.count > 1 {
      sums = (0..<sums.count / 2).map { sums[$0] + sums[$0 + sums.count / 2] }
    }
    return sums[0]
  }
}
