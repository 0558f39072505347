import CProcessor

/// The instructions that multiply bfloat16 numbers. Vector and matrix unit add in different orders,
/// which docs/arithmetic.md defines, so that a training by one has other bits than by the other.
public enum BFloat16Unit: CaseIterable, Sendable {
  /// VDPBF16PS of AVX-512: continues sixteen chains by a pair of products each.
  case vector
  /// TDPBF16PS of AMX: adds 32 products to each of 16 × 16 sums.
  case matrix
  /// The same in plain C, to the same bits.
  case emulatedMatrix

  /// Whether the kernels are compiled for the unit and the system lets this process use it.
  public var isUsable: Bool {
    switch self {
    case .vector, .emulatedMatrix: hasBFloat16
    case .matrix: mayUseMatrixUnit
    }
  }

  /// Whether it multiplies bfloat16 numbers faster than vectors multiply floats.
  ///
  /// VDPBF16PS is twice as fast on processors of AMD, and no faster on those of Intel.
  public var isFasterThanFloats: Bool {
    switch self {
    case .vector: isUsable && !processor_is_of_intel()
    case .matrix: isUsable
    case .emulatedMatrix: false
    }
  }

  /// Whether gradients take transposed inputs, in blocks of the matrix unit.
  public var hasBlocks: Bool { self != .vector }
}

/// Asked once: the system then makes room for the tile registers of every thread.
private let mayUseMatrixUnit = hasBFloat16 && processor_has_tiles() && processor_may_use_tiles()

/// A product of pairs of bfloat16 numbers by the matrix unit, in blocks of at most 32 × 32 outputs.
/// A step adds the products of 16 pairs to each sum.
@usableFromInline struct BlockProduct {
  @usableFromInline let left: RowMajorFactor<UInt32>
  @usableFromInline let right: RightFactor<UInt32>
  /// Whether plain C takes the place of the matrix unit.
  @usableFromInline let isEmulated: Bool

  /// A product whose factors are padded along the inner index to whole steps, with pairs whose
  /// products are 0.
  init(
    _ left: RowMajorFactor<UInt32>, _ right: RightFactor<UInt32>, unit: BFloat16Unit
  ) {
    precondition(unit.hasBlocks && unit.isUsable, "the \(unit) unit cannot be used")
    self.left = left
    self.right = right
    isEmulated = unit == .emulatedMatrix
  }

  /// The number of rows and columns of a full block.
  @inlinable
  static var side: Int { 2 * pairsPerStep }
  /// The number of pairs that a step multiplies for each sum.
  @inlinable
  static var pairsPerStep: Int { Int(tiles_side) }

  /// The number of steps for a number of pairs.
  @inlinable
  static func steps(pairs: Int) -> Int { (pairs + pairsPerStep - 1) / pairsPerStep }

  /// Covers rows × columns outputs with blocks. The larger extent is the outer loop, and blocks of
  /// fewer rows come last, since tile registers are configured for a number of rows.
  ///
  /// - Parameters:
  ///   - rows: the rows of the outputs.
  ///   - columns: their columns, whole vectors.
  ///   - body: computes a block; `ahead` is the first column of a vector that is read soon after it.
  @inlinable @inline(__always)
  func forEachBlock(
    rows: Range<Int>, columns: Range<Int>,
    _ body: (_ rows: Range<Int>, _ columns: Range<Int>, _ ahead: Int?) -> Void
  ) {
    let side = Self.side
    let wholeEnd = rows.upperBound - rows.count % side
    func cover(_ rows: Range<Int>) {
      guard !rows.isEmpty else { return }
      if !isEmulated { tiles_begin(Int32(min(rows.count, side))) }
      let (rowStarts, columnStarts) = (
        stride(from: rows.lowerBound, to: rows.upperBound, by: side),
        stride(from: columns.lowerBound, to: columns.upperBound, by: side)
      )
      func block(_ row: Int, _ column: Int, ahead: Int? = nil) {
        body(
          row..<min(row + side, rows.upperBound), column..<min(column + side, columns.upperBound),
          ahead)
      }
      if columns.count >= rows.count {
        for column in columnStarts {
          for row in rowStarts {
            // The first two blocks prefetch a vector each of the next columns.
            let vector = (row - rows.lowerBound) / side
            let ahead = column + side + vector * laneCount
            block(row, column, ahead: vector < 2 && ahead < columns.upperBound ? ahead : nil)
          }
        }
      } else {
        for row in rowStarts { for column in columnStarts { block(row, column) } }
      }
    }
    cover(rows.lowerBound..<wholeEnd)
    cover(wholeEnd..<rows.upperBound)
    if !isEmulated { tiles_end() }
  }

  /// Computes a block within `forEachBlock`.
  ///
  /// - Parameters:
  ///   - rows: at most `side` rows of the left factor.
  ///   - columns: at most `side` columns of the right factor, whole vectors.
  ///   - steps: the steps along the inner index.
  ///   - ends: where the sums begin and end; there is no addend.
  ///   - ahead: the first column of a vector of the right factor to prefetch, or nil.
  @usableFromInline @inline(never)
  func run(
    rows: Range<Int>, columns: Range<Int>, steps: Range<Int>, ends: TileEnds, ahead: Int?
  ) {
    let firstPair = steps.lowerBound * Self.pairsPerStep
    let line = right.start + firstPair * right.stepStride
    let factors = tiles_factors(
      left: left.start + rows.lowerBound * left.rowStride + firstPair,
      left_row: Int64(left.rowStride), right: line + columns.lowerBound,
      right_step: Int64(right.stepStride), steps: Int64(steps.count),
      ahead: ahead.map { line + $0 })
    let (height, ends) = (Int32(rows.count), ends.ends)
    switch (isEmulated, rows.count > laneCount, columns.count > laneCount) {
    case (false, true, true): tiles_run(false, 2, 2, height, factors, ends)
    case (false, true, false): tiles_run(false, 2, 1, height, factors, ends)
    case (false, false, true): tiles_run(false, 1, 2, height, factors, ends)
    case (false, false, false): tiles_run(false, 1, 1, height, factors, ends)
    case (true, true, true): tiles_run(true, 2, 2, height, factors, ends)
    case (true, true, false): tiles_run(true, 2, 1, height, factors, ends)
    case (true, false, true): tiles_run(true, 1, 2, height, factors, ends)
    case (true, false, false): tiles_run(true, 1, 1, height, factors, ends)
    }
  }
}
