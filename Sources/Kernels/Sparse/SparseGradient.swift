// The gradient of weights whose inputs are bytes, most of them 0. Two neighbouring pixels are
// non-zero in mostly the same samples. They form a pair, which loads a sample's error signals once
// for both inputs and computes only a few additional products with 0.

/// Memory for one tile row of sums per input of a group, in floats.
@inlinable @inline(__always)
var groupFloats: Int { groupInputs * widestTileRow * laneCount }

/// Reduces a block of inputs × columns of the gradient.
@inlinable @inline(__always)
func reduceSkippingZeros(
  _ bytes: ByteMatrix, scale: Float, factor: Float, errors: RightFactor<Float>,
  inputs: Range<Int>, columns: Range<Int>, scratch: GroupScratch, into sink: some GradientSink
) {
  var first = inputs.lowerBound
  while first < inputs.upperBound {
    let end = min(firstPairedInput(ofGroupFrom: first) + groupInputs, inputs.upperBound)
    let group = scratch.lists.list(bytes, inputs: first..<end, scale: scale, factor: factor)
    forEachEvenTileRow(
      columns,
      GroupReduction(
        group: group, errors: errors, leaves: leafCount(samples: bytes.rows),
        memory: scratch.memory, sink: sink))
    first = end
  }
}

/// Memory for the groups of a gradient's inputs, one after the other.
@usableFromInline final class GroupScratch {
  @usableFromInline let sums: Block<Float>
  @usableFromInline let lists: SparseColumns

  /// Scratch for up to `samples` samples.
  init(samples: Int) {
    sums = Block(
      count: TreeMemory.count(
        levels: treeLevels(samples: samples), levelStride: samples > 0 ? groupFloats : 0))
    lists = SparseColumns(samples: samples)
  }

  /// The pending tile rows of a group's pairs, the first pair's tile row at the start.
  @inlinable @inline(__always)
  var memory: TreeMemory { TreeMemory(start: sums.start, levelStride: groupFloats) }
}

/// Reduces some columns of a group's gradient.
@usableFromInline struct GroupReduction<Sink: GradientSink>: TileRowWork {
  @usableFromInline let group: SparseColumnGroup
  @usableFromInline let errors: RightFactor<Float>
  @usableFromInline let leaves: Int
  @usableFromInline let memory: TreeMemory
  @usableFromInline let sink: Sink

  @inlinable @inline(__always)
  init(
    group: SparseColumnGroup, errors: RightFactor<Float>, leaves: Int, memory: TreeMemory,
    sink: Sink
  ) {
    self.group = group
    self.errors = errors
    self.leaves = leaves
    self.memory = memory
    self.sink = sink
  }

  /// Reduces leaf by leaf, each for all inputs of the group, so that a leaf's error signals are
  /// read from memory once. Inputs that are 0 in all samples, such as the border of an image, have
  /// no leaves.
  @inlinable @inline(__always)
  func run<let vectors: Int>(_ width: TileRowWidth<vectors>, firstColumn: Int) {
    for leaf in 0..<leaves {
      for pair in group.shown {
        let inputs = group.inputs(ofPair: pair)
        if inputs.count == 2 {
          add(leaf, TileShape<2, vectors>(), pair: pair, inputs, firstColumn: firstColumn)
        } else {
          add(leaf, TileShape<1, vectors>(), pair: pair, inputs, firstColumn: firstColumn)
        }
      }
    }
    guard sink.takesZeros else { return }
    for pair in group.zero {
      for input in group.inputs(ofPair: pair) {
        finish(TileShape<1, vectors>(), pair: pair, input: input, firstColumn: firstColumn)
      }
    }
  }

  @inlinable @inline(__always)
  func add<let rows: Int, let vectors: Int>(
    _ leaf: Int, _ shape: TileShape<rows, vectors>, pair: UInt8, _ inputs: Range<Int>,
    firstColumn: Int
  ) {
    if leaf == 0 {
      sink.prefetch(
        rows: inputs, columns: firstColumn..<firstColumn + vectors * laneCount)
    }
    reduction(ofPair: pair, member: rows == 2 ? 0 : inputs.lowerBound % 2).add(
      leaf, shape, firstRow: inputs.lowerBound, firstColumn: firstColumn, prefetchTarget: .nothing)
  }

  /// Passes sums of 0 to the sink.
  @inlinable @inline(__always)
  func finish<let vectors: Int>(
    _ shape: TileShape<1, vectors>, pair: UInt8, input: Int, firstColumn: Int
  ) {
    sink.prefetch(
      rows: input..<input + 1, columns: firstColumn..<firstColumn + vectors * laneCount)
    reduction(ofPair: pair, member: 0).finishWithoutLeaves(
      shape, firstRow: input, firstColumn: firstColumn)
  }

  /// Reduces a pair, or one of its inputs.
  @inlinable @inline(__always)
  func reduction(ofPair pair: UInt8, member: Int) -> Reduction<PairLeaves, Sink> {
    let pair = Int(pair)
    return Reduction(
      leaves: PairLeaves(
        lists: group.lists, pair: pair, member: member, errors: errors, count: leaves),
      memory: TreeMemory(
        start: memory.start + pair * groupFloats / groupPairs, levelStride: groupFloats),
      sink: sink)
  }
}

/// The leaf sums of a pair of inputs, or of one of them, over its listed samples.
@usableFromInline struct PairLeaves: LeafSums {
  @usableFromInline let lists: SparseFactor
  @usableFromInline let pair: Int
  @usableFromInline let member: Int
  @usableFromInline let errors: RightFactor<Float>
  @usableFromInline let count: Int

  @inlinable @inline(__always)
  init(lists: SparseFactor, pair: Int, member: Int, errors: RightFactor<Float>, count: Int) {
    self.lists = lists
    self.pair = pair
    self.member = member
    self.errors = errors
    self.count = count
  }

  @inlinable @inline(__always)
  func add<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int, ends: TileEnds,
    prefetchTarget: PrefetchTarget
  ) {
    runChains(
      shape, lists, pair: pair, member: member, blocks: leaf..<leaf + 1, errors,
      firstColumn: firstColumn, ends: ends)
  }
}
