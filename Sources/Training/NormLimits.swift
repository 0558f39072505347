import Kernels
import LayerKernels
import Networks

/// The limits of units' norms, as items: blocks of units with their whole weight vectors.
struct NormLimits {
  /// Some units of a layer.
  private struct UnitBlock {
    let layer: Int
    let outputs: Range<Int>
  }

  /// The number of units of a block: whole cache lines side by side, so that a row of a block is read at once.
  private static let blockUnits = 4 * laneCount

  private let limit: Float
  private let blocks: [UnitBlock]

  /// The limits of a training; nil where its settings limit no norm.
  init?(_ settings: TrainingSettings, _ architecture: Architecture) {
    guard let limit = settings.regularization.maxNorm else { return nil }
    self.limit = Float(limit)
    blocks = architecture.layers.indices.flatMap { layer in
      let width = paddedToLanes(architecture.layers[layer].outputs)
      return stride(from: 0, to: width, by: Self.blockUnits).map {
        UnitBlock(layer: layer, outputs: $0..<min($0 + Self.blockUnits, width))
      }
    }
  }

  /// The number of blocks.
  var count: Int { blocks.count }

  /// Scales the units of a block back.
  ///
  /// - Returns: what is not finite, and in which layer.
  func apply(block: Int, to parameters: ParameterMemory) -> (failure: UpdateFailure, layer: Int)? {
    let block = blocks[block]
    return parameters.limitNorms(ofLayer: block.layer, outputs: block.outputs, to: limit)
      .map { ($0, block.layer) }
  }
}
