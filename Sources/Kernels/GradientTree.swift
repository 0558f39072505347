/// The samples of one leaf of the gradient's sum (DESIGN: defined arithmetic).
public let leafSampleCount = 64

/// The levels of the tree: enough for 2^24 leaves.
private let levelCount = 24

/// The floats of scratch memory that a reduction needs: a tile of up to 16 vectors for every
/// level of the tree and one for the finished sum.
let treeScratchCount = (levelCount + 1) * 16 * laneCount

/// The sums of a gradient's leaves.
protocol LeafSums {
  /// The number of samples in all leaves.
  var samples: Int { get }

  /// The sums of one leaf, for each weight of a tile one chain in the order of the batch.
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int
  ) -> Tile<rows, vectors>
}

/// What becomes of a reduced tile.
protocol GradientSink {
  /// Asks for the memory that the tile will go to, while the tile is being reduced.
  func prefetch<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int)

  /// Takes the sums of the tile, `vectors` vectors a row.
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int)
}

/// Reduces tiles of a gradient over the samples: chains within leaves, leaves in a binary tree.
struct Reduction<Leaves: LeafSums, Sink: GradientSink>: TileWork {
  let leaves: Leaves
  let scratch: UnsafeMutablePointer<Float>
  let sink: Sink

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    sink.prefetch(shape, firstRow: firstRow, firstColumn: firstColumn)
    let count = (leaves.samples + leafSampleCount - 1) / leafSampleCount
    var sums = Tile<rows, vectors>(repeating: .init(repeating: Vector(repeating: 0)))
    var leaf = 0
    while true {
      sums = leaves.sums(shape, leaf: leaf, firstRow: firstRow, firstColumn: firstColumn)
      if leaf == count - 1 { break }
      stack(&sums, leaf: leaf)
      leaf += 1
    }
    unstack(&sums, lastLeaf: leaf)
    // By way of memory, so that the tile above can stay in registers whatever the sink does.
    for row in 0..<rows {
      for vector in 0..<vectors {
        store(sums[row][vector], slot(levelCount, row, vector, vectors))
      }
    }
    sink.take(
      shape, slot(levelCount, 0, 0, vectors), firstRow: firstRow, firstColumn: firstColumn)
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
    for row in 0..<rows {
      for vector in 0..<vectors {
        store(sums[row][vector], slot(level, row, vector, vectors))
      }
    }
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
        sums[row][vector] = load(slot(level, row, vector, vectors)) + sums[row][vector]
      }
    }
  }

  @inline(__always)
  private func slot(
    _ level: Int, _ row: Int, _ vector: Int, _ vectors: Int
  ) -> UnsafeMutablePointer<Float> {
    scratch + (level * 16 + row * vectors + vector) * laneCount
  }
}
