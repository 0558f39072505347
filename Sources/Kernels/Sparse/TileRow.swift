import CProcessor

// A tile row is a block of neighbouring outputs of one or two rows whose sums fit in the registers:
// the tile of the products that skip zeros.

/// The widest tile row of two rows whose sums fit in the registers, in vectors.
@inlinable @inline(__always)
var widestTileRow: Int { processor_has_wide_registers() ? 8 : 3 }

/// The width of a tile row in vectors, as a type that a generic function is specialized for.
@usableFromInline struct TileRowWidth<let vectors: Int> {
  @inlinable @inline(__always)
  init() {}
}

/// The work on one tile row.
@usableFromInline protocol TileRowWork {
  func run<let vectors: Int>(_ width: TileRowWidth<vectors>, firstColumn: Int)
}

/// Covers columns with tile rows of widths as equal as possible.
@inlinable @inline(__always)
func forEachEvenTileRow(_ columns: Range<Int>, _ work: some TileRowWork) {
  let vectors = columns.count / laneCount
  let tiles = (vectors + widestTileRow - 1) / widestTileRow
  var column = columns.lowerBound
  for tile in 0..<tiles {
    let width = (tile + 1) * vectors / tiles - tile * vectors / tiles
    runTileRow(work, firstColumn: column, vectors: width)
    column += width * laneCount
  }
}

@inlinable @inline(__always)
func runTileRow(_ work: some TileRowWork, firstColumn: Int, vectors: Int) {
  // Without wide registers the wider tile rows do not occur, and their sums would not fit.
  guard processor_has_wide_registers() else {
    switch vectors {
    case 3: work.run(TileRowWidth<3>(), firstColumn: firstColumn)
    case 2: work.run(TileRowWidth<2>(), firstColumn: firstColumn)
    default: work.run(TileRowWidth<1>(), firstColumn: firstColumn)
    }
    return
  }
  switch vectors {
  case 8: work.run(TileRowWidth<8>(), firstColumn: firstColumn)
  case 7: work.run(TileRowWidth<7>(), firstColumn: firstColumn)
  case 6: work.run(TileRowWidth<6>(), firstColumn: firstColumn)
  case 5: work.run(TileRowWidth<5>(), firstColumn: firstColumn)
  case 4: work.run(TileRowWidth<4>(), firstColumn: firstColumn)
  case 3: work.run(TileRowWidth<3>(), firstColumn: firstColumn)
  case 2: work.run(TileRowWidth<2>(), firstColumn: firstColumn)
  default: work.run(TileRowWidth<1>(), firstColumn: firstColumn)
  }
}
