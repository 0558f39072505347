import CProcessor

// A tile is a block of outputs, rows × vectors of 16 lanes, that stays in registers while its
// fused multiply-add chains run. Lanes and rows are different outputs; a chain never is split, so
// the shape of the tile cannot change a bit of what is computed.

/// What the factors of a product consist of: numbers, or pairs of them that a chain takes at a time.
protocol FactorElement {
  /// As many elements as a vector has lanes.
  associatedtype Lanes

  static func lanes(at source: UnsafePointer<Self>) -> Lanes
  static func lanes(repeating element: Self) -> Lanes

  /// One more step of each lane's chain.
  static func addProduct(_ left: Lanes, _ right: Lanes, to sums: Vector) -> Vector
}

extension Float: FactorElement {
  @inline(__always)
  static func lanes(at source: UnsafePointer<Float>) -> Vector { load(source) }

  @inline(__always)
  static func lanes(repeating element: Float) -> Vector { Vector(repeating: element) }

  @inline(__always)
  static func addProduct(_ left: Vector, _ right: Vector, to sums: Vector) -> Vector {
    sums.addingProduct(left, right)
  }
}

/// Where the left factor of a product lies: element (row, step) is at
/// `start[row × rowStride + step × stepStride]`.
///
/// One of the strides is 1 and known to the compiler, which spares the inner loop its address
/// arithmetic.
protocol LeftFactor<Element> {
  associatedtype Element: FactorElement

  var start: UnsafePointer<Element> { get }
  var rowStride: Int { get }
  var stepStride: Int { get }
}

/// A matrix as it lies in memory.
struct RowMajorFactor<Element: FactorElement>: LeftFactor {
  let start: UnsafePointer<Element>
  let rowStride: Int

  @inline(__always)
  var stepStride: Int { 1 }
}

/// The transpose of a matrix, without moving it.
struct TransposedFactor<Element: FactorElement>: LeftFactor {
  let start: UnsafePointer<Element>
  let stepStride: Int

  @inline(__always)
  var rowStride: Int { 1 }
}

/// Where the right factor of a product lies: element (step, column) is at
/// `start[step × stepStride + column]`; whole vectors of columns are read.
struct RightFactor<Element: FactorElement> {
  let start: UnsafePointer<Element>
  let stepStride: Int
}

typealias Tile<let rows: Int, let vectors: Int> = InlineArray<rows, InlineArray<vectors, Vector>>

/// The tile that fills this processor's registers: 8 × 2 vectors take 16 of AVX-512's 32, with as
/// many loads as keep both multiply-add units busy; narrower registers hold 6 × 1.
@inline(__always)
var tileRows: Int { processor_has_wide_registers() ? 8 : 6 }

/// The columns of a full tile.
@inline(__always)
var tileColumns: Int { processor_has_wide_registers() ? 2 * laneCount : laneCount }

/// Continues every chain of a tile over the products of `steps`, in ascending order:
/// sum[row][lane] ← left[row, step] × right[step, lane] + sum[row][lane], rounded once a step.
///
/// Takes and returns the tile, since one that is changed in place would go to memory every step.
@inline(__always)
func accumulate<let rows: Int, let vectors: Int, Element: FactorElement>(
  _ left: some LeftFactor<Element>, firstRow: Int, _ right: RightFactor<Element>,
  firstColumn: Int, steps: Range<Int>, onto start: Tile<rows, vectors>
) -> Tile<rows, vectors> {
  var sums = start
  var leftStart = left.start + firstRow * left.rowStride + steps.lowerBound * left.stepStride
  var rightStart = right.start + firstColumn + steps.lowerBound * right.stepStride
  for _ in steps {
    let columns = InlineArray<vectors, Element.Lanes> {
      Element.lanes(at: rightStart + $0 * laneCount)
    }
    for row in 0..<rows {
      let factor = Element.lanes(repeating: leftStart[row * left.rowStride])
      for vector in 0..<vectors {
        sums[row][vector] = Element.addProduct(factor, columns[vector], to: sums[row][vector])
      }
    }
    leftStart += left.stepStride
    rightStart += right.stepStride
  }
  return sums
}

/// What is done with a tile of outputs; `forEachTile` covers a block of them with tiles.
protocol TileWork {
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int)

  /// Asks for the memory that a tile will change, while the tile before it is worked on.
  func prefetch(rows: Range<Int>, columns: Range<Int>)
}

extension TileWork {
  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {}
}

/// Carries the shape of a tile to a generic function.
struct TileShape<let rows: Int, let vectors: Int> {}

/// Covers rows × columns outputs with tiles: full ones where they fit, smaller ones at the edges.
///
/// The larger extent is the outer loop, so that the operand which belongs to it streams through the
/// caches once and the smaller operand stays.
@inline(__always)
func forEachTile(rows: Range<Int>, columns: Range<Int>, _ work: some TileWork) {
  var last: (row: Int, height: Int, column: Int, isFull: Bool)?
  func next(row: Int, height: Int, column: Int, isFull: Bool) {
    work.prefetch(
      rows: row..<row + height, columns: column..<column + (isFull ? tileColumns : laneCount))
    if let last {
      runTile(
        work, row: last.row, height: last.height, column: last.column, isFull: last.isFull)
    }
    last = (row, height, column, isFull)
  }
  if columns.count >= rows.count {
    forEachPanel(columns) { column, isFull in
      forEachRowTile(rows) { next(row: $0, height: $1, column: column, isFull: isFull) }
    }
  } else {
    forEachRowTile(rows) { row, height in
      forEachPanel(columns) { next(row: row, height: height, column: $0, isFull: $1) }
    }
  }
  if let last {
    runTile(work, row: last.row, height: last.height, column: last.column, isFull: last.isFull)
  }
}

@inline(__always)
private func forEachPanel(_ columns: Range<Int>, _ body: (_ column: Int, _ isFull: Bool) -> Void) {
  var column = columns.lowerBound
  while column < columns.upperBound {
    let isFull = column + tileColumns <= columns.upperBound
    body(column, isFull)
    column += isFull ? tileColumns : laneCount
  }
}

/// Full heights first; what is left over is cut into 4, 2 and 1 rows.
@inline(__always)
private func forEachRowTile(_ rows: Range<Int>, _ body: (_ row: Int, _ height: Int) -> Void) {
  var row = rows.lowerBound
  while row < rows.upperBound {
    let left = rows.upperBound - row
    let height = left >= tileRows ? tileRows : left >= 4 ? 4 : left >= 2 ? 2 : 1
    body(row, height)
    row += height
  }
}

@inline(__always)
private func runTile(
  _ work: some TileWork, row: Int, height: Int, column: Int, isFull: Bool
) {
  if processor_has_wide_registers() {
    switch (height, isFull) {
    case (8, true): work.run(TileShape<8, 2>(), firstRow: row, firstColumn: column)
    case (4, true): work.run(TileShape<4, 2>(), firstRow: row, firstColumn: column)
    case (2, true): work.run(TileShape<2, 2>(), firstRow: row, firstColumn: column)
    case (1, true): work.run(TileShape<1, 2>(), firstRow: row, firstColumn: column)
    case (8, false): work.run(TileShape<8, 1>(), firstRow: row, firstColumn: column)
    case (4, false): work.run(TileShape<4, 1>(), firstRow: row, firstColumn: column)
    case (2, false): work.run(TileShape<2, 1>(), firstRow: row, firstColumn: column)
    default: work.run(TileShape<1, 1>(), firstRow: row, firstColumn: column)
    }
  } else {
    switch height {
    case 6: work.run(TileShape<6, 1>(), firstRow: row, firstColumn: column)
    case 4: work.run(TileShape<4, 1>(), firstRow: row, firstColumn: column)
    case 2: work.run(TileShape<2, 1>(), firstRow: row, firstColumn: column)
    default: work.run(TileShape<1, 1>(), firstRow: row, firstColumn: column)
    }
  }
}
