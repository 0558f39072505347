import CProcessor

// A tile is a block of outputs, rows × vectors of 16 lanes, that stays in registers while its
// fused multiply-add chains run (`chains.h`). Lanes and rows are different outputs; a chain never is split, so
// the shape of the tile cannot change a bit of what is computed.

/// What the factors of a product consist of, 32 bits each: numbers, or pairs of them that a chain takes
/// at a time.
protocol FactorElement {
  /// How many numbers an element holds.
  static var numbers: Int { get }
}

extension Float: FactorElement {
  @inline(__always)
  static var numbers: Int { 1 }
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

  /// The rows of a full tile that begins with `row`, as memory to ask for on the way.
  func lookahead(row: Int) -> Lookahead
}

/// A matrix as it lies in memory.
struct RowMajorFactor<Element: FactorElement>: LeftFactor {
  let start: UnsafePointer<Element>
  let rowStride: Int

  @inline(__always)
  var stepStride: Int { 1 }

  /// The rows lie one behind the other, so their memory is asked for from the first to the last.
  @inline(__always)
  func lookahead(row: Int) -> Lookahead {
    Lookahead(start + row * rowStride, stride: tileRows)
  }
}

/// The transpose of a matrix, without moving it.
struct TransposedFactor<Element: FactorElement>: LeftFactor {
  let start: UnsafePointer<Element>
  let stepStride: Int

  @inline(__always)
  var rowStride: Int { 1 }

  @inline(__always)
  func lookahead(row: Int) -> Lookahead { Lookahead(start + row, stride: stepStride) }
}

/// Where the right factor of a product lies: element (step, column) is at
/// `start[step × stepStride + column]`; whole vectors of columns are read.
struct RightFactor<Element: FactorElement> {
  let start: UnsafePointer<Element>
  let stepStride: Int

  /// The vectors of a column, as memory to ask for on the way.
  @inline(__always)
  func lookahead(column: Int) -> Lookahead { Lookahead(start + column, stride: stepStride) }
}

/// Memory that a later tile reads and that is asked for meanwhile, an address each step of a chain.
/// Processors do it by themselves only within a page of memory, which two rows of a wide layer
/// seldom share.
struct Lookahead {
  private let start: UnsafeRawPointer
  /// The bytes from one step's address to the next one's.
  let stride: Int

  /// - Parameter stride: the elements from one step's address to the next one's.
  @inline(__always)
  init<Element>(_ start: UnsafePointer<Element>, stride: Int) {
    self.start = UnsafeRawPointer(start)
    self.stride = stride * MemoryLayout<Element>.stride
  }

  @inline(__always)
  func address(step: Int) -> UnsafeRawPointer { start + step * stride }
}

/// What later tiles will read, to be asked for while a tile's chains run.
enum Upcoming {
  /// The left factor's rows from here on.
  case row(Int)
  /// A vector of the right factor's columns.
  case column(Int)
  case nothing
}

/// The tile that fills this processor's registers: 8 × 2 vectors take 16 of AVX-512's 32, with as
/// many loads as keep both multiply-add units busy; narrower registers hold 6 × 1.
@inline(__always)
var tileRows: Int { processor_has_wide_registers() ? 8 : 6 }

/// The columns of a full tile.
@inline(__always)
var tileColumns: Int { processor_has_wide_registers() ? 2 * laneCount : laneCount }

/// What a tile's chains begin with, and where their sums go.
struct TileEnds {
  /// The beginning of the first row's chains, `stride` floats from the next one's; nil for zeros.
  var start: (place: UnsafePointer<Float>, stride: Int)?
  /// What is added to the finished sums, the whole tile in one piece; nil for nothing.
  var addend: UnsafePointer<Float>?
  /// Takes the first row's sums, `stride` floats before the next one's.
  let result: (place: UnsafeMutablePointer<Float>, stride: Int)

  @inline(__always)
  var ends: chains_ends {
    chains_ends(
      start: start?.place, start_stride: Int64(start?.stride ?? 0), addend: addend,
      result: result.place, result_stride: Int64(result.stride))
  }
}

/// Runs every chain of a tile over the products of `steps`, in ascending order:
/// sum[row][lane] ← left[row, step] × right[step, lane] + sum[row][lane], rounded once a step.
@inline(__always)
func runChains<let rows: Int, let vectors: Int, Element: FactorElement>(
  _ shape: TileShape<rows, vectors>, _ left: some LeftFactor<Element>, firstRow: Int,
  _ right: RightFactor<Element>, firstColumn: Int, steps: Range<Int>, ends: TileEnds,
  upcoming: Upcoming
) {
  let lookahead =
    switch upcoming {
    case .row(let row): left.lookahead(row: row)
    case .column(let column): right.lookahead(column: column)
    case .nothing: Lookahead(right.start, stride: 0)
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
      ahead: lookahead.address(step: steps.lowerBound), ahead_step: Int64(lookahead.stride)),
    ends.ends)
}

/// What is done with a tile of outputs; `forEachTile` covers a block of them with tiles.
protocol TileWork {
  /// - Parameter upcoming: what of the factors will soon be read.
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int, upcoming: Upcoming)

  /// Asks for the memory that a tile will change, while the tile before it is worked on.
  func prefetch(rows: Range<Int>, columns: Range<Int>)
}

extension TileWork {
  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {}
}

/// Carries the shape of a tile to a generic function.
struct TileShape<let rows: Int, let vectors: Int> {}

/// A tile of the outputs, and what is read soon after it.
private struct TilePlace {
  let row: Int
  let height: Int
  let column: Int
  let isFull: Bool
  let upcoming: Upcoming
}

/// Covers rows × columns outputs with tiles: full ones where they fit, smaller ones at the edges.
///
/// The larger extent is the outer loop, so that the operand which belongs to it streams through the
/// caches once and the smaller operand stays. What streams is asked for while the tiles before it are
/// worked on.
@inline(__always)
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
    forEachPanel(columns) { column, isFull in
      forEachRowTile(rows) { row, height in
        // A vector of the next panel with each of the first tiles.
        let vector = (row - rows.lowerBound) / tileRows * laneCount
        let ahead = column + tileColumns + vector
        next(
          TilePlace(
            row: row, height: height, column: column, isFull: isFull,
            upcoming: vector < tileColumns && ahead < columns.upperBound
              ? .column(ahead) : .nothing))
      }
    }
  } else {
    forEachRowTile(rows) { row, height in
      forEachPanel(columns) { column, isFull in
        let ahead = row + tileRows
        next(
          TilePlace(
            row: row, height: height, column: column, isFull: isFull,
            upcoming: column == columns.lowerBound && ahead < rows.upperBound
              ? .row(ahead) : .nothing))
      }
    }
  }
  if let last { runTile(work, last) }
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
private func runTile(_ work: some TileWork, _ place: TilePlace) {
  @inline(__always)
  func run<let rows: Int, let vectors: Int>(_ shape: TileShape<rows, vectors>) {
    work.run(
      shape, firstRow: place.row, firstColumn: place.column, upcoming: place.upcoming)
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
