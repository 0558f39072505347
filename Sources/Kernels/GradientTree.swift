import CProcessor

/// The samples of one leaf of the gradient's sum (docs/arithmetic.md).
public let leafSampleCount = 64

/// The leaves that samples make; the last one may be shorter.
@inline(__always)
func leafCount(samples: Int) -> Int { (samples + leafSampleCount - 1) / leafSampleCount }

/// The levels of the tree that samples make: one for each group of 2^l leaves that may have to wait.
func treeLevels(samples: Int) -> Int {
  Int.bitWidth - leafCount(samples: samples).leadingZeroBitCount
}

/// The memory in which the sums of a reduction wait: room for a tile in every level of the tree, and
/// for the finished sum below the first.
struct TreeMemory {
  /// The most vectors of a tile.
  @inline(__always)
  static var tileVectors: Int { Int(chains_tile_vectors) }
  /// Levels enough for any number of samples.
  static let levelLimit = 24

  let start: UnsafeMutablePointer<Float>
  /// The floats from one level to the next.
  let levelStride: Int

  /// The floats that tiles on `levels` levels take.
  static func count(levels: Int, levelStride: Int = tileVectors * laneCount) -> Int {
    (levels + 1) * levelStride
  }

  /// Where a tile waits; the finished sum does at level −1.
  @inline(__always)
  func slot(_ level: Int) -> UnsafeMutablePointer<Float> { start + (level + 1) * levelStride }
}

/// The sums of a gradient's leaves.
protocol LeafSums {
  /// The number of leaves.
  var count: Int { get }

  /// Makes the sums of one leaf, for each weight of a tile one chain in the order of the batch, and adds
  /// what is given to them.
  func add<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int, ends: TileEnds,
    upcoming: Upcoming)
}

/// What becomes of a reduced tile.
protocol GradientSink {
  /// Whether a gradient of 0 makes a difference.
  var takesZeros: Bool { get }

  /// Asks for the memory that a tile will go to, before it is reduced.
  func prefetch(rows: Range<Int>, columns: Range<Int>)

  /// Takes the sums of the tile, `vectors` vectors a row.
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int)
}

/// Reduces tiles of a gradient over the samples: chains within leaves, leaves in a binary tree.
struct Reduction<Leaves: LeafSums, Sink: GradientSink>: TileWork {
  let leaves: Leaves
  let memory: TreeMemory
  let sink: Sink

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int, upcoming: Upcoming
  ) {
    for leaf in 0..<leaves.count {
      add(leaf, shape, firstRow: firstRow, firstColumn: firstColumn, upcoming: upcoming)
    }
  }

  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    sink.prefetch(rows: rows, columns: columns)
  }

  // The tree is built like a binary counter: level l holds the sum of a finished group of 2^l
  // leaves exactly when bit l of the number of leaves seen is set.

  /// Adds a leaf to a tile's sum, and hands the sum on with the last one. Leaves come in order.
  @inline(__always)
  func add<let rows: Int, let vectors: Int>(
    _ leaf: Int, _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) {
    let isLast = leaf == leaves.count - 1
    // A leaf's sum is merged with the finished groups that it completes, lowest level first; the last
    // one's with all that wait, for an odd group is carried up.
    var groups = isLast ? leaf : leaf & ~(leaf + 1)
    let sums = memory.slot(isLast ? -1 : (leaf + 1).trailingZeroBitCount)
    leaves.add(
      shape, leaf: leaf, firstRow: firstRow, firstColumn: firstColumn,
      ends: TileEnds(
        addend: groups == 0 ? nil : UnsafePointer(memory.slot(groups.trailingZeroBitCount)),
        result: (sums, vectors * laneCount)),
      upcoming: upcoming)
    groups &= groups - 1
    while groups != 0 {
      let group = memory.slot(groups.trailingZeroBitCount)
      for lane in stride(from: 0, to: rows * vectors * laneCount, by: laneCount) {
        store(load(group + lane) + load(sums + lane), sums + lane)
      }
      groups &= groups - 1
    }
    if isLast { sink.take(shape, sums, firstRow: firstRow, firstColumn: firstColumn) }
  }

  /// Hands on sums of 0.
  @inline(__always)
  func finishWithoutLeaves<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    let sums = memory.slot(-1)
    sums.update(repeating: 0, count: rows * vectors * laneCount)
    sink.take(shape, sums, firstRow: firstRow, firstColumn: firstColumn)
  }
}
