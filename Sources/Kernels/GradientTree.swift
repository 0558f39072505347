/// The samples of one leaf of the gradient's sum (DESIGN: defined arithmetic).
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
  static let tileVectors = 16
  /// Levels enough for any number of samples.
  static let levelLimit = 24

  let start: UnsafeMutablePointer<Float>
  /// The floats from one level to the next.
  let levelStride: Int

  /// The floats that tiles on `levels` levels take.
  static func count(levels: Int, levelStride: Int = tileVectors * laneCount) -> Int {
    (levels + 1) * levelStride
  }

  /// Where a vector of a tile waits; the finished sum does at level −1.
  @inline(__always)
  func slot(_ level: Int, _ vector: Int) -> UnsafeMutablePointer<Float> {
    start + (level + 1) * levelStride + vector * laneCount
  }
}

/// The sums of a gradient's leaves.
protocol LeafSums {
  /// The number of leaves.
  var count: Int { get }

  /// The sums of one leaf, for each weight of a tile one chain in the order of the batch.
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) -> Tile<rows, vectors>
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

  /// Adds a leaf to a tile's sum, and hands the sum on with the last one. Leaves come in order.
  @inline(__always)
  func add<let rows: Int, let vectors: Int>(
    _ leaf: Int, _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) {
    var sums = leaves.sums(
      shape, leaf: leaf, firstRow: firstRow, firstColumn: firstColumn, upcoming: upcoming)
    guard leaf == leaves.count - 1 else {
      stack(&sums, leaf: leaf)
      return
    }
    unstack(&sums, lastLeaf: leaf)
    finish(sums, shape, firstRow: firstRow, firstColumn: firstColumn)
  }

  /// Hands on the sum over all samples.
  @inline(__always)
  func finish<let rows: Int, let vectors: Int>(
    _ sums: Tile<rows, vectors>, _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    // By way of memory, so that the tile can stay in registers whatever the sink does.
    keep(sums, level: -1)
    sink.take(shape, memory.slot(-1, 0), firstRow: firstRow, firstColumn: firstColumn)
  }

  // The tree is built like a binary counter: level l holds the sum of a finished group of 2^l
  // leaves exactly when bit l of the number of leaves seen is set.

  /// Merges a leaf's sum with the finished groups that it completes and keeps the result at its
  /// level.
  @inline(__always)
  private func stack<let rows: Int, let vectors: Int>(
    _ sums: inout Tile<rows, vectors>, leaf: Int
  ) {
    var level = 0
    while (leaf >> level) & 1 == 1 {
      add(level, to: &sums)
      level += 1
    }
    keep(sums, level: level)
  }

  /// Adds what waits in the levels to the last leaf's sum, lowest level first: an odd group is
  /// carried up.
  @inline(__always)
  private func unstack<let rows: Int, let vectors: Int>(
    _ sums: inout Tile<rows, vectors>, lastLeaf: Int
  ) {
    var level = 0
    while lastLeaf >> level != 0 {
      if (lastLeaf >> level) & 1 == 1 { add(level, to: &sums) }
      level += 1
    }
  }

  @inline(__always)
  private func add<let rows: Int, let vectors: Int>(
    _ level: Int, to sums: inout Tile<rows, vectors>
  ) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        sums[row][vector] = load(memory.slot(level, row * vectors + vector)) + sums[row][vector]
      }
    }
  }

  @inline(__always)
  private func keep<let rows: Int, let vectors: Int>(_ sums: Tile<rows, vectors>, level: Int) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        store(sums[row][vector], memory.slot(level, row * vectors + vector))
      }
    }
  }
}
