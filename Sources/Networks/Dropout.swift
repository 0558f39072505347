import Kernels
import LayerKernels
import Randomness

extension Purpose {
  /// The masks of dropout.
  package static let dropout = Purpose(rawValue: 4)
}

/// Inverted dropout in the steps of an epoch. What is dropped is a function of seed, epoch, sample, layer and unit.
package struct Dropout: Sendable {
  /// The mask of the inputs; nil where none is dropped.
  let inputMask: DropoutMask?
  private let hiddenMasks: [DropoutMask]

  /// The maximum number of hidden layers.
  package static let hiddenLayerLimit = DropoutMask.layerLimit - 1

  /// The dropout of an epoch.
  ///
  /// - Parameters:
  ///   - rate: the probability that a unit of a hidden layer is dropped, in 0 ..< 1.
  ///   - inputRate: that of an input.
  ///   - architecture: the network.
  ///   - seed: the seed of the training.
  ///   - epoch: counted from 0.
  package init(
    rate: Double, inputRate: Double, _ architecture: Architecture, seed: UInt64, epoch: Int
  ) {
    func mask(_ rate: Double, layer: Int) -> DropoutMask {
      DropoutMask(
        rate: rate, seed: seed, purpose: Purpose.dropout.rawValue, epoch: UInt32(epoch),
        layer: layer)
    }
    inputMask = inputRate > 0 ? mask(inputRate, layer: 0) : nil
    hiddenMasks =
      rate > 0 ? architecture.layers.indices.dropLast().map { mask(rate, layer: $0 + 1) } : []
  }

  /// The mask of a hidden layer's outputs; nil where none is dropped.
  func mask(ofHiddenLayer layer: Int) -> DropoutMask? {
    hiddenMasks.isEmpty ? nil : hiddenMasks[layer]
  }

  /// The factor of the inputs that are kept.
  var inputFactor: Float { inputMask?.keptFactor ?? 1 }
}

extension BatchMemory {
  /// Drops inputs of some samples. Bytes that are kept get their factor where they are scaled.
  func dropInputs(rows: Range<Int>) {
    guard let mask = dropout?.inputMask else { return }
    switch inputs[rows: rows] {
    case .floats(let inputs):
      mask.apply(to: inputs, slopes: nil, samples: samples, firstSample: rows.lowerBound)
    case .bytes(let inputs, _):
      mask.apply(to: inputs, samples: samples, firstSample: rows.lowerBound)
    }
  }
}
