import CProcessor
import Kernels

/// The mask of inverted dropout for one layer in the steps of an epoch: the factor of each unit for each sample,
/// 0 where the unit is dropped and 1/(1 − p) where it is kept.
///
/// A factor is a function of seed, epoch, sample, layer and unit, by Philox; docs/arithmetic.md has the address
/// of a unit's word.
///
/// Sources: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout, JMLR 2014.
public struct DropoutMask: Sendable {
  /// The factor of what is kept: 1/(1 − p), rounded once.
  public let keptFactor: Float
  private let threshold: UInt32
  private let seed: UInt64
  private let purpose: UInt32
  private let epoch: UInt32
  private let firstBlock: UInt32

  /// The maximum number of layers, the inputs among them.
  public static let layerLimit = 1 << 14

  /// The mask of a layer.
  ///
  /// - Parameters:
  ///   - rate: p, the probability that a unit is dropped, in 0 ..< 1.
  ///   - seed: of the training.
  ///   - purpose: the number of the stream.
  ///   - epoch: counted from 0.
  ///   - layer: 0 for the inputs, then the hidden layers.
  public init(rate: Double, seed: UInt64, purpose: UInt32, epoch: UInt32, layer: Int) {
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    precondition(0..<Self.layerLimit ~= layer, "layer \(layer) of \(Self.layerLimit)")
    keptFactor = Float(1 / (1 - rate))
    threshold = UInt32(rate * 0x1p32)
    self.seed = seed
    self.purpose = purpose
    self.epoch = epoch
    firstBlock = UInt32(layer) << 18
  }

  /// Multiplies each sample's numbers with its factors.
  ///
  /// - Parameters:
  ///   - values: [samples × units]; their padding is multiplied, too.
  ///   - slopes: the derivatives φ′ of the values, multiplied likewise; nil where there are none.
  ///   - samples: the number of each row's sample in the training set, from `firstSample` on.
  ///   - firstSample: the place of the first row's sample in `samples`.
  ///   - stores: how the values are stored.
  public func apply(
    to values: Matrix, slopes: Matrix?, samples: Block<Int32>, firstSample: Int,
    stores: StorePolicy = .cached
  ) {
    if let slopes { requireSameShape(values, slopes) }
    let width = paddedToLanes(values.columns)
    forEachGroup(
      rows: values.rows, columns: values.columns, samples: samples, firstSample: firstSample
    ) { row, first, factors in
      let values = values.row(row)
      let slopes = slopes?.row(row)
      for lane in stride(from: 0, to: min(groupUnits, width - first), by: laneCount) {
        let factor = load(factors + lane)
        stores.store(load(values + first + lane) * factor, values + first + lane)
        if let slopes {
          store(load(slopes + first + lane) * factor, slopes + first + lane)
        }
      }
    }
    stores.finish()
  }

  /// Sets the bytes to 0 that are dropped. The others stay; who reads them has to multiply with `keptFactor`.
  ///
  /// - Parameters:
  ///   - bytes: [samples × inputs].
  ///   - samples: as of floats.
  ///   - firstSample: the same.
  public func apply(to bytes: ByteMatrix, samples: Block<Int32>, firstSample: Int) {
    forEachGroup(
      rows: bytes.rows, columns: bytes.columns, samples: samples, firstSample: firstSample
    ) { row, first, factors in
      let bytes = bytes.row(row) + first
      // The rows are padded to whole groups.
      for unit in 0..<groupUnits { bytes[unit] = factors[unit] == 0 ? 0 : bytes[unit] }
    }
  }

  /// Calls `body` with the factors of each group of units of each row.
  @inline(__always)
  private func forEachGroup(
    rows: Int, columns: Int, samples: Block<Int32>, firstSample: Int,
    _ body: (_ row: Int, _ firstUnit: Int, _ factors: UnsafePointer<Float>) -> Void
  ) {
    precondition(
      firstSample >= 0 && firstSample + rows <= samples.count,
      "\(rows) samples from \(firstSample) on of \(samples.count)")
    withUnsafeTemporaryAllocation(of: Float.self, capacity: groupUnits) { buffer in
      guard let factors = buffer.baseAddress else { return }
      for row in 0..<rows {
        let sample = UInt32(truncatingIfNeeded: samples[firstSample + row])
        for first in stride(from: 0, to: columns, by: groupUnits) {
          let block = firstBlock + UInt32(first / groupUnits * laneCount)
          philox_dropout_factors(
            block, sample, epoch, purpose, seed, threshold, keptFactor, factors)
          body(row, first, factors)
        }
      }
    }
  }
}

/// The units whose factors come from sixteen blocks of four words.
private let groupUnits = 64
