import CProcessor

/// The number of samples in a leaf of the gradient's summation tree (docs/arithmetic.md).
@inlinable
public var leafSampleCount: Int { 64 }

/// The number of leaves of a mini-batch; the last leaf may be shorter.
@inlinable @inline(__always)
func leafCount(samples: Int) -> Int { (samples + leafSampleCount - 1) / leafSampleCount }

/// The number of levels of the tree: level l holds a pending sum of 2^l leaves.
func treeLevels(samples: Int) -> Int {
  Int.bitWidth - leafCount(samples: samples).leadingZeroBitCount
}

/// The memory for the pending sums of a reduction: a tile for each level of the tree, and one for
/// the finished sum below the first level.
@usableFromInline struct TreeMemory {
  /// The maximum number of vectors in a tile.
  @inlinable @inline(__always)
  static var tileVectors: Int { Int(chains_tile_vectors) }
  /// Levels enough for any number of samples.
  static let levelLimit = 24

  @usableFromInline let start: UnsafeMutablePointer<Float>
  /// The stride from level to level, in floats.
  @usableFromInline let levelStride: Int

  @inlinable @inline(__always)
  init(start: UnsafeMutablePointer<Float>, levelStride: Int) {
    self.start = start
    self.levelStride = levelStride
  }

  /// The size of `levels` levels, in floats.
  static func count(levels: Int, levelStride: Int = tileVectors * laneCount) -> Int {
    (levels + 1) * levelStride
  }

  /// The memory of a level's pending tile; level −1 is the finished sum.
  @inlinable @inline(__always)
  func slot(_ level: Int) -> UnsafeMutablePointer<Float> { start + (level + 1) * levelStride }

  // The tree is built like a binary counter: level l holds the sum of a finished group of 2^l
  // leaves exactly when bit l of the number of leaves seen is set.

  /// The pending groups that a leaf completes, one bit for each level. The last leaf's sum is merged
  /// with all of them, since an odd group is carried up.
  @inlinable @inline(__always)
  static func groups(completedBy leaf: Int, isLast: Bool) -> Int {
    isLast ? leaf : leaf & ~(leaf + 1)
  }

  /// Adds pending groups to a leaf's sum, lowest level first.
  @inlinable @inline(__always)
  func add(_ groups: Int, to sums: UnsafeMutablePointer<Float>, count: Int) {
    var groups = groups
    while groups != 0 {
      let group = slot(groups.trailingZeroBitCount)
      for lane in stride(from: 0, to: count, by: laneCount) {
        store(load(group + lane) + load(sums + lane), sums + lane)
      }
      groups &= groups - 1
    }
  }
}

/// The sums of a gradient's leaves.
@usableFromInline protocol LeafSums {
  /// The number of leaves.
  var count: Int { get }

  /// Computes the sums of one leaf, for each weight of a tile one chain in the order of the batch,
  /// and adds the given sums to them.
  func add<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int, ends: TileEnds,
    prefetchTarget: PrefetchTarget)
}

/// The receiver of reduced tiles, which stores the gradient or applies it.
@usableFromInline package protocol GradientSink {
  /// Whether a gradient of 0 has an effect.
  var takesZeros: Bool { get }

  /// Prefetches the memory that a tile will be written to, before the tile is reduced.
  func prefetch(rows: Range<Int>, columns: Range<Int>)

  /// Receives the sums of the tile, `vectors` vectors per row.
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int)
}

/// Reduces tiles of a gradient over the samples: chains within leaves, leaves in a binary tree.
@usableFromInline struct Reduction<Leaves: LeafSums, Sink: GradientSink>: TileWork {
  @usableFromInline let leaves: Leaves
  @usableFromInline let memory: TreeMemory
  @usableFromInline let sink: Sink

  @inlinable @inline(__always)
  init(leaves: Leaves, memory: TreeMemory, sink: Sink) {
    self.leaves = leaves
    self.memory = memory
    self.sink = sink
  }

  @inlinable @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    prefetchTarget: PrefetchTarget
  ) {
    for leaf in 0..<leaves.count {
      add(leaf, shape, firstRow: firstRow, firstColumn: firstColumn, prefetchTarget: prefetchTarget)
    }
  }

  @inlinable @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    sink.prefetch(rows: rows, columns: columns)
  }

  /// Adds a leaf to a tile's sum; after the last leaf, passes the sum to the sink. Leaves come in
  /// order.
  @inlinable @inline(__always)
  func add<let rows: Int, let vectors: Int>(
    _ leaf: Int, _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    prefetchTarget: PrefetchTarget
  ) {
    let isLast = leaf == leaves.count - 1
    let groups = TreeMemory.groups(completedBy: leaf, isLast: isLast)
    let sums = memory.slot(isLast ? -1 : (leaf + 1).trailingZeroBitCount)
    leaves.add(
      shape, leaf: leaf, firstRow: firstRow, firstColumn: firstColumn,
      ends: TileEnds(
        addend: groups == 0 ? nil : UnsafePointer(memory.slot(groups.trailingZeroBitCount)),
        result: (sums, vectors * laneCount)),
      prefetchTarget: prefetchTarget)
    memory.add(groups & (groups - 1), to: sums, count: rows * vectors * laneCount)
    if isLast { sink.take(shape, sums, firstRow: firstRow, firstColumn: firstColumn) }
  }

  /// Passes sums of 0 to the sink.
  @inlinable @inline(__always)
  func finishWithoutLeaves<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    let sums = memory.slot(-1)
    sums.update(repeating: 0, count: rows * vectors * laneCount)
    sink.take(shape, sums, firstRow: firstRow, firstColumn: firstColumn)
  }
}
