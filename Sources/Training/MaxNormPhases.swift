import Kernels
import LayerKernels
import Networks

/// The phases of a step that follow the update where norms are limited: blocks of units are scaled back and, where
/// products take bfloat16 numbers, the parts are rounded again.
struct MaxNormPhases {
  /// Some units of a layer, with their whole weight vectors.
  private struct UnitBlock {
    let layer: Int
    let outputs: Range<Int>
  }

  /// The number of units of a block: whole cache lines side by side, so that a row of a block is read at once.
  private static let blockUnits = 4 * laneCount

  private let limit: Float
  private let blocks: [UnitBlock]
  private let roundsWeights: Bool

  /// The phases of a training; nil where its settings limit no norm.
  init?(_ settings: TrainingSettings, _ architecture: Architecture) {
    guard let limit = settings.regularization.maxNorm else { return nil }
    self.limit = Float(limit)
    roundsWeights = settings.precision == .bf16
    blocks = architecture.layers.indices.flatMap { layer in
      let width = paddedToLanes(architecture.layers[layer].outputs)
      return stride(from: 0, to: width, by: Self.blockUnits).map {
        UnitBlock(layer: layer, outputs: $0..<min($0 + Self.blockUnits, width))
      }
    }
  }

  /// The number of items of each phase.
  func itemCounts(parts: Int) -> [Int] { [blocks.count] + (roundsWeights ? [parts] : []) }

  /// Does an item of a phase, counted from 0.
  ///
  /// - Returns: what is not finite, and in which layer.
  func perform(
    phase: Int, item: Int, parts: [GradientPart], _ parameters: ParameterMemory,
    _ memory: BatchMemory
  ) -> (failure: UpdateFailure, layer: Int)? {
    guard phase == 0 else {
      parameters.round(parts[item], into: memory)
      return nil
    }
    let block = blocks[item]
    return parameters.limitNorms(ofLayer: block.layer, outputs: block.outputs, to: limit)
      .map { ($0, block.layer) }
  }
}
