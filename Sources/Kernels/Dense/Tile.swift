import CProcessor

// A tile is a block of outputs, rows × vectors of 16 lanes, that stays in registers while its fused
// multiply-add chains run (`chains.h`). Every lane of every row is an output of its own. No chain
// is split, so the shape of the tile cannot change a bit of the result.

/// The element type of a product's factors, 32 bits: a float, or a pair of bfloat16 numbers that a
/// chain adds in one step.
@usableFromInline protocol FactorElement {
  /// The count of numbers in an element.
  static var numbers: Int { get }
}

extension Float: FactorElement {
  @inlinable @inline(__always)
  static var numbers: Int { 1 }
}

/// The left factor of a product in memory: element (row, step) is at
/// `start[row × rowStride + step × stepStride]`.
///
/// One of the strides is the constant 1, which saves the inner loop its address arithmetic.
@usableFromInline protocol LeftFactor<Element> {
  associatedtype Element: FactorElement

  var start: UnsafePointer<Element> { get }
  var rowStride: Int { get }
  var stepStride: Int { get }

  /// The rows of the full tile that begins with `row`, as memory to prefetch.
  func prefetchCursor(row: Int) -> PrefetchCursor
}

/// A matrix as it is stored.
@usableFromInline struct RowMajorFactor<Element: FactorElement>: LeftFactor {
  @usableFromInline let start: UnsafePointer<Element>
  @usableFromInline let rowStride: Int

  @inlinable @inline(__always)
  var stepStride: Int { 1 }

  /// The rows are contiguous, so they are prefetched from the first to the last.
  @inlinable @inline(__always)
  func prefetchCursor(row: Int) -> PrefetchCursor {
    PrefetchCursor(start + row * rowStride, stride: tileRows)
  }
}

/// The transpose of a matrix, without moving it.
@usableFromInline struct TransposedFactor<Element: FactorElement>: LeftFactor {
  @usableFromInline let start: UnsafePointer<Element>
  @usableFromInline let stepStride: Int

  @inlinable @inline(__always)
  var rowStride: Int { 1 }

  @inlinable @inline(__always)
  func prefetchCursor(row: Int) -> PrefetchCursor {
    PrefetchCursor(start + row, stride: stepStride)
  }
}

/// The right factor of a product in memory: element (step, column) is at
/// `start[step × stepStride + column]`. Whole vectors of columns are read.
@usableFromInline struct RightFactor<Element: FactorElement> {
  @usableFromInline let start: UnsafePointer<Element>
  @usableFromInline let stepStride: Int

  /// A column of vectors, as memory to prefetch.
  @inlinable @inline(__always)
  func prefetchCursor(column: Int) -> PrefetchCursor {
    PrefetchCursor(start + column, stride: stepStride)
  }
}

/// The full tile for this processor's registers. With AVX-512 it is 8 × 2 vectors, 16 of the 32
/// registers, which needs few enough loads to keep both multiply-add units busy. With narrower
/// registers it is 6 × 1.
@inlinable @inline(__always)
var tileRows: Int { processor_has_wide_registers() ? 8 : 6 }

/// The number of columns of a full tile.
@inlinable @inline(__always)
var tileColumns: Int { processor_has_wide_registers() ? 2 * laneCount : laneCount }

/// The start values of a tile's chains and the destination of their sums.
@usableFromInline struct TileEnds {
  /// The start values of the first row, `stride` floats before those of the next row; nil for
  /// zeros.
  @usableFromInline let start: (place: UnsafePointer<Float>, stride: Int)?
  /// A contiguous tile that is added to the finished sums; nil adds nothing.
  @usableFromInline let addend: UnsafePointer<Float>?
  /// Receives the sums of the first row, `stride` floats before those of the next row.
  @usableFromInline let result: (place: UnsafeMutablePointer<Float>, stride: Int)

  @inlinable @inline(__always)
  init(
    start: (place: UnsafePointer<Float>, stride: Int)? = nil,
    addend: UnsafePointer<Float>? = nil,
    result: (place: UnsafeMutablePointer<Float>, stride: Int)
  ) {
    self.start = start
    self.addend = addend
    self.result = result
  }

  @inlinable @inline(__always)
  var ends: chains_ends {
    chains_ends(
      start: start?.place, start_stride: Int64(start?.stride ?? 0), addend: addend,
      result: result.place, result_stride: Int64(result.stride))
  }
}

/// Runs every chain of a tile over the products of `steps`, in ascending order:
/// sum[row][lane] ← left[row, step] × right[step, lane] + sum[row][lane], rounded once per step.
@inlinable @inline(__always)
func runChains<let rows: Int, let vectors: Int, Element: FactorElement>(
  _ shape: TileShape<rows, vectors>, _ left: some LeftFactor<Element>, firstRow: Int,
  _ right: RightFactor<Element>, firstColumn: Int, steps: Range<Int>, ends: TileEnds,
  prefetchTarget: PrefetchTarget
) {
  let prefetchCursor: PrefetchCursor
  var (part, shift) = (0, 0)
  switch prefetchTarget {
  case .row(let row): prefetchCursor = left.prefetchCursor(row: row)
  case .column(let column, let columnPart, let columnShift):
    prefetchCursor = right.prefetchCursor(column: column)
    (part, shift) = (columnPart, columnShift)
  case .nothing: prefetchCursor = PrefetchCursor(right.start, stride: 0)
  }
  let leftStart = left.start + firstRow * left.rowStride + steps.lowerBound * left.stepStride
  let rightStart = right.start + firstColumn + steps.lowerBound * right.stepStride
  chains_run_dense(
    Int32(rows), Int32(vectors), Element.numbers == 2,
    chains_dense(
      left: UnsafeRawPointer(leftStart).assumingMemoryBound(to: Float.self),
      left_row: Int64(left.rowStride), left_step: Int64(left.stepStride),
      right: UnsafeRawPointer(rightStart).assumingMemoryBound(to: Float.self),
      right_step: Int64(right.stepStride), steps: Int64(steps.count),
      ahead: prefetchCursor.address(step: steps.lowerBound + part * (steps.count >> shift)),
      ahead_step: Int64(prefetchCursor.stride), ahead_shift: Int64(shift)),
    ends.ends)
}

/// The work on one tile of outputs; `forEachTile` covers a block of outputs with tiles.
@usableFromInline protocol TileWork {
  /// Computes a tile.
  ///
  /// - Parameters:
  ///   - shape: the rows and vectors of the tile.
  ///   - firstRow: the first row of the tile.
  ///   - firstColumn: the first column of the tile.
  ///   - prefetchTarget: the memory of the factors that will be read soon.
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    prefetchTarget: PrefetchTarget)

  /// Prefetches the memory that a tile will change, while the tile before it is computed.
  func prefetch(rows: Range<Int>, columns: Range<Int>)
}

extension TileWork {
  @inlinable @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {}
}

/// The shape of a tile, as a type that a generic function is specialized for.
@usableFromInline package struct TileShape<let rows: Int, let vectors: Int> {
  @inlinable @inline(__always)
  package init() {}
}

/// A tile of the outputs, and the memory that is read soon after it.
@usableFromInline struct TilePlace {
  @usableFromInline let row: Int
  @usableFromInline let height: Int
  @usableFromInline let column: Int
  @usableFromInline let isFull: Bool
  @usableFromInline let prefetchTarget: PrefetchTarget

  @inlinable @inline(__always)
  init(row: Int, height: Int, column: Int, isFull: Bool, prefetchTarget: PrefetchTarget) {
    self.row = row
    self.height = height
    self.column = column
    self.isFull = isFull
    self.prefetchTarget = prefetchTarget
  }
}

/// Covers rows × columns outputs with tiles: full ones where they fit, smaller ones at the edges.
///
/// The larger extent is the outer loop: its operand streams through the caches once, and the
/// smaller operand stays cached. The streamed operand is prefetched while earlier tiles are
/// computed.
@inlinable @inline(__always)
func forEachTile(rows: Range<Int>, columns: Range<Int>, _ work: some TileWork) {
  var last: TilePlace?
  func next(_ place: TilePlace) {
    work.prefetch(
      rows: place.row..<place.row + place.height,
      columns: place.column..<place.column + (place.isFull ? tileColumns : laneCount))
    if let last { runTile(work, last) }
    last = place
  }
  if columns.count >= rows.count {
    let shift = prefetchShift(tiles: rows.count / tileRows)
    forEachTileColumn(columns) { column, isFull in
      forEachRowTile(rows) { row, height in
        let index = (row - rows.lowerBound) / tileRows
        let vector = (index >> shift) * laneCount
        let ahead = column + tileColumns + vector
        next(
          TilePlace(
            row: row, height: height, column: column, isFull: isFull,
            prefetchTarget: vector < tileColumns && ahead < columns.upperBound
              ? .column(ahead, part: index & ((1 << shift) - 1), shift: shift) : .nothing))
      }
    }
  } else {
    forEachRowTile(rows) { row, height in
      forEachTileColumn(columns) { column, isFull in
        let ahead = row + tileRows
        next(
          TilePlace(
            row: row, height: height, column: column, isFull: isFull,
            prefetchTarget: column == columns.lowerBound && ahead < rows.upperBound
              ? .row(ahead) : .nothing))
      }
    }
  }
  if let last { runTile(work, last) }
}

@inlinable @inline(__always)
func forEachTileColumn(
  _ columns: Range<Int>, _ body: (_ column: Int, _ isFull: Bool) -> Void
) {
  var column = columns.lowerBound
  while column < columns.upperBound {
    let isFull = column + tileColumns <= columns.upperBound
    body(column, isFull)
    column += isFull ? tileColumns : laneCount
  }
}

/// Tiles of full height first; the remaining rows are covered by tiles of 4, 2 and 1 rows.
@inlinable @inline(__always)
func forEachRowTile(_ rows: Range<Int>, _ body: (_ row: Int, _ height: Int) -> Void) {
  var row = rows.lowerBound
  while row < rows.upperBound {
    let left = rows.upperBound - row
    let height = left >= tileRows ? tileRows : left >= 4 ? 4 : left >= 2 ? 2 : 1
    body(row, height)
    row += height
  }
}

@inlinable @inline(__always)
func runTile(_ work: some TileWork, _ place: TilePlace) {
  @inline(__always)
  func run<let rows: Int, let vectors: Int>(_ shape: TileShape<rows, vectors>) {
    work.run(
      shape, firstRow: place.row, firstColumn: place.column, prefetchTarget: place.prefetchTarget)
  }
  if processor_has_wide_registers() {
    switch (place.height, place.isFull) {
    case (8, true): run(TileShape<8, 2>())
    case (4, true): run(TileShape<4, 2>())
    case (2, true): run(TileShape<2, 2>())
    case (1, true): run(TileShape<1, 2>())
    case (8, false): run(TileShape<8, 1>())
    case (4, false): run(TileShape<4, 1>())
    case (2, false): run(TileShape<2, 1>())
    default: run(TileShape<1, 1>())
    }
  } else {
    switch place.height {
    case 6: run(TileShape<6, 1>())
    case 4: run(TileShape<4, 1>())
    case 2: run(TileShape<2, 1>())
    default: run(TileShape<1, 1>())
    }
  }
}
