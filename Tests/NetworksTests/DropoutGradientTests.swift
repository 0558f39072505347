import Kernels
import LayerKernels
import Networks
import Randomness
import Reference
import Testing

/// Gradients under a fixed mask. For one sample, dropout is a network without it whose weights behind a unit, and
/// whose inputs, are multiplied with the unit's factors.
@Suite struct DropoutGradientTests {
  /// Factors of 0 and 2 only, so that moving them from values to weights rounds nothing.
  private static let rate = 0.5
  private static let seed: UInt64 = 9

  private static func factor(layer: Int, sample: Int, unit: Int) -> Float {
    let index = layer << 18 + unit / 64 * 16 + unit % 16
    let block = Philox(seed: seed, purpose: .dropout, epoch: 3)
      .block(UInt64(sample) << 32 | UInt64(index))
    return [block.0, block.1, block.2, block.3][unit / 16 % 4] < 1 << 31 ? 0 : 2
  }

  /// The network with the factors of a sample moved into its weights.
  private func masked(_ parameters: Parameters, sample: Int) -> Parameters {
    var masked = parameters
    let memory = masked.mutableMemory
    for layer in parameters.architecture.layers.indices.dropFirst() {
      let weights = memory.weights(ofLayer: layer)
      for unit in 0..<weights.rows {
        let factor = Self.factor(layer: layer, sample: sample, unit: unit)
        for output in 0..<weights.columns { weights[unit, output] *= factor }
      }
    }
    return masked
  }

  @Test(arguments: GradientCheckTests.Combination.differentiable)
  func `gradients under a mask are central differences`(
    combination: GradientCheckTests.Combination
  ) {
    var checked = 0
    for architecture in [
      combination.architecture(17, [33, 70], 10), combination.architecture(5, [7], 3),
    ] {
      for sample in [0, 1, 40_000] {
        let parameters = Parameters.random(architecture, seed: sample + 1)
        let batch = Batch.random(architecture, count: 1, seed: sample + 2)
        let memory = BatchMemory(architecture, capacity: 1, isForTraining: true)
        let scratch = WorkerScratch(memory, shardCapacity: 1)
        memory.setInputs(ofRow: 0, floats: batch.inputs[0])
        fillRow(0, of: memory.targets, floats: batch.targets[0], offset: 0)
        memory.samples[0] = Int32(sample)
        memory.dropout = Dropout(
          rate: Self.rate, inputRate: Self.rate, architecture, seed: Self.seed, epoch: 3)
        parameters.memory.forward(memory, rows: 0..<1, scratch: scratch)
        #expect(parameters.memory.computeLoss(memory, rows: 0..<1))
        parameters.memory.backward(memory, rows: 0..<1, scratch: scratch)
        var found = Parameters(architecture)
        let gradient = found.mutableMemory
        for part in architecture.gradientParts(samples: 1, multiplyAdds: .max) {
          gradient.setGradient(part, memory, samples: 1, scratch: scratch)
        }

        let computed = found.inOrder
        var inputs = batch
        inputs.inputs[0] = batch.inputs[0].enumerated().map {
          $1 * Self.factor(layer: 0, sample: sample, unit: $0)
        }
        let network = EstimatedNetwork(masked(parameters, sample: sample))
        let bounds = network.gradient(inputs).gradient.inOrder.map(\.error)
        // What a weight of a layer does, the factor of its unit does again in the masked network.
        var index = 0
        for (layer, width) in architecture.layers.map(\.outputs).enumerated() {
          let count = architecture.inputs(ofLayer: layer)
          for _ in 0..<width {
            for unit in 0..<count {
              defer { index += 1 }
              guard index % 37 == 0,
                let difference = network.centralDifference(ofParameter: index, inputs)
              else { continue }
              let factor =
                layer == 0 ? 1 : Double(Self.factor(layer: layer, sample: sample, unit: unit))
              let distance = abs(Double(computed[index]) - factor * difference.value)
              #expect(
                distance <= 2 * (bounds[index] + difference.error),
                "\(architecture), sample \(sample), parameter \(index)")
              checked += 1
            }
          }
          index += width
        }
      }
    }
    #expect(checked > 100)
  }
}
