import Networks

/// A judge of `Parameters`: a network by the book in Double, sample by sample and number by number,
/// which knows how far Float may be from it. Also a gradient or a velocity of its shape.
package struct EstimatedNetwork {
  package let architecture: Architecture
  /// [inputs][outputs] of each layer.
  package var weights: [[[BoundedValue]]]
  package var biases: [[BoundedValue]]

  package init(_ parameters: Parameters) {
    architecture = parameters.architecture
    weights = []
    biases = []
    let tensors = parameters.tensors()
    for (index, layer) in architecture.layers.enumerated() {
      let inputs = architecture.inputs(ofLayer: index)
      let values = tensors[2 * index].values
      weights.append(
        (0..<inputs).map { input in
          (0..<layer.outputs).map { BoundedValue(values[$0 * inputs + input]) }
        })
      biases.append(tensors[2 * index + 1].values.map { BoundedValue($0) })
    }
  }

  /// The units of every layer for one sample.
  package func units(_ sample: [Float]) -> [[EstimatedUnit]] {
    var inputs = sample.map { BoundedValue($0) }
    return architecture.layers.indices.map { layer in
      let units = biases[layer].indices.map { output in
        var chain = EstimatedChain(from: biases[layer][output])
        for input in inputs.indices { chain.add(inputs[input], weights[layer][input][output]) }
        return architecture.layers[layer].activation.estimate(chain.result)
      }
      inputs = units.map(\.value)
      return units
    }
  }

  package func loss(_ sample: [Float], targets: [Float]) -> BoundedValue {
    architecture.loss.estimate(outputs: units(sample).last ?? [], targets: targets).loss
  }

  /// The gradient of the mean loss, the losses, and how many units were too near to a bend.
  package func gradient(_ batch: Batch) -> (
    gradient: EstimatedNetwork, losses: [BoundedValue], uncertain: Int
  ) {
    var sums = SumsOfGradient(architecture)
    var losses: [BoundedValue] = []
    var uncertain = 0
    for (sample, targets) in zip(batch.inputs, batch.targets) {
      let units = units(sample)
      uncertain += units.joined().count(where: \.isUncertain)
      var (loss, errors) = architecture.loss.estimate(
        outputs: units.last ?? [], targets: targets)
      losses.append(loss)
      for layer in architecture.layers.indices.reversed() {
        let inputs =
          layer == 0 ? sample.map { BoundedValue($0) } : units[layer - 1].map(\.value)
        sums.add(layer, inputs: inputs, errors: errors)
        guard layer > 0 else { break }
        errors = units[layer - 1].indices.map { input in
          var chain = EstimatedChain()
          for output in errors.indices { chain.add(weights[layer][input][output], errors[output]) }
          return (chain.result * units[layer - 1][input].slope).rounded
        }
      }
    }
    return (sums.mean(of: batch.count, like: self), losses, uncertain)
  }

  /// A step of descent as PyTorch's SGD defines it, with weight decay on weights only.
  package mutating func descend(
    _ gradient: EstimatedNetwork, velocity: inout EstimatedNetwork, learningRate: Float,
    momentum: Float,
    weightDecay: Float, isNesterov: Bool
  ) {
    func step(
      _ w: inout BoundedValue, _ v: inout BoundedValue, _ gradient: BoundedValue, decay: Float
    ) {
      let g = (gradient + BoundedValue(decay) * w).rounded
      v = (BoundedValue(momentum) * v + g).rounded
      let direction = isNesterov ? (g + BoundedValue(momentum) * v).rounded : v
      w = (w - BoundedValue(learningRate) * direction).rounded
    }
    for layer in weights.indices {
      for output in biases[layer].indices {
        for input in weights[layer].indices {
          step(
            &weights[layer][input][output], &velocity.weights[layer][input][output],
            gradient.weights[layer][input][output], decay: weightDecay)
        }
        step(
          &biases[layer][output], &velocity.biases[layer][output], gradient.biases[layer][output],
          decay: 0)
      }
    }
  }

  /// All numbers in the order of `Parameters.tensors`.
  package var inOrder: [BoundedValue] {
    architecture.layers.indices.flatMap { layer in
      biases[layer].indices.flatMap { output in weights[layer].map { $0[output] } } + biases[layer]
    }
  }
}

/// The sums of a gradient on their way.
private struct SumsOfGradient {
  var weights: [[[EstimatedSum]]]
  var biases: [[EstimatedSum]]

  init(_ architecture: Architecture) {
    weights = architecture.layers.indices.map { layer in
      let row = Array(repeating: EstimatedSum(), count: architecture.layers[layer].outputs)
      return Array(repeating: row, count: architecture.inputs(ofLayer: layer))
    }
    biases = architecture.layers.map { Array(repeating: EstimatedSum(), count: $0.outputs) }
  }

  mutating func add(_ layer: Int, inputs: [BoundedValue], errors: [BoundedValue]) {
    for output in errors.indices {
      for input in inputs.indices {
        weights[layer][input][output].add(inputs[input], errors[output])
      }
      biases[layer][output].add(BoundedValue(1.0), errors[output])
    }
  }

  /// A term is rounded once for each later one of its leaf of 64, once a level of the tree, and the
  /// sum is multiplied with the rounded reciprocal.
  func mean(of samples: Int, like network: EstimatedNetwork) -> EstimatedNetwork {
    let leaves = (samples + 63) / 64
    let levels = Int.bitWidth - (leaves - 1).leadingZeroBitCount
    let roundings = min(samples, 64) + levels + 2
    let factor = BoundedValue(1 / Double(samples))
    var mean = network
    mean.weights = weights.map { $0.map { $0.map { $0.result(roundings: roundings) * factor } } }
    mean.biases = biases.map { $0.map { $0.result(roundings: roundings) * factor } }
    return mean
  }
}
