import CProcessor

// The gradient of weights whose inputs are bytes, most of them 0: for each pair of neighbouring inputs
// the list of the samples that show something at one of them, a list for every leaf, made by transposing
// the bytes. Neighbouring pixels show something in mostly the same samples, so that what is loaded of a
// sample's error signals serves two inputs, for few products with 0 more.

/// The inputs whose lists are made, and whose sums wait for each other, at once.
let groupInputs = 32

/// The pairs of a group's inputs.
private let groupPairs = groupInputs / 2

/// The floats of a panel for each pair of a group.
private var groupFloats: Int { groupInputs * widestPanel * laneCount }

/// Reduces some of a gradient's inputs and columns.
@inline(__always)
func reduce(
  _ bytes: ByteMatrix, scale: Float, errors: RightFactor<Float>, inputs: Range<Int>,
  columns: Range<Int>, scratch: GroupScratch, into sink: some GradientSink
) {
  // Groups begin at multiples of 16, but for the first.
  var first = inputs.lowerBound
  while first < inputs.upperBound {
    let end = min((first / laneCount * laneCount) + groupInputs, inputs.upperBound)
    let group = scratch.lists.list(bytes, inputs: first..<end, scale: scale)
    let leaves = SparseLeaves(group: group, errors: errors, samples: bytes.rows)
    forEachEvenPanel(
      columns, GroupReduction(leaves: leaves, scratch: scratch, sink: sink))
    first = end
  }
}

/// Memory for the groups of a gradient's inputs, one after the other.
final class GroupScratch {
  private let sums: Block<Float>
  let lists: TransposedLists

  /// Scratch for up to `samples` samples.
  init(samples: Int) {
    sums = Block(
      count: TreeMemory.count(
        levels: treeLevels(samples: samples), levelStride: samples > 0 ? groupFloats : 0))
    lists = TransposedLists(samples: samples)
  }

  /// Where the sums of a pair's panel wait, while those of the other pairs of its group are made.
  func tree(ofPair pair: Int) -> TreeMemory {
    TreeMemory(start: sums.start + pair * groupFloats / groupPairs, levelStride: groupFloats)
  }
}

/// Reduces some columns of a group's gradient.
private struct GroupReduction<Sink: GradientSink>: PanelWork {
  let leaves: SparseLeaves
  let scratch: GroupScratch
  let sink: Sink

  /// A leaf for all inputs of the group, then the next leaf, so that the leaf's error signals are read
  /// from memory once. Inputs that are 0 in all samples, as a picture's border is, have no leaves.
  @inline(__always)
  func run<let vectors: Int>(_ width: PanelWidth<vectors>, firstColumn: Int) {
    for leaf in 0..<leaves.count {
      for pair in leaves.group.shown {
        let inputs = leaves.group.inputs(ofPair: pair)
        if inputs.count == 2 {
          add(leaf, TileShape<2, vectors>(), pair: pair, inputs, firstColumn: firstColumn)
        } else {
          add(leaf, TileShape<1, vectors>(), pair: pair, inputs, firstColumn: firstColumn)
        }
      }
    }
    guard sink.takesZeros else { return }
    for pair in leaves.group.zero {
      for input in leaves.group.inputs(ofPair: pair) {
        finish(TileShape<1, vectors>(), pair: pair, input: input, firstColumn: firstColumn)
      }
    }
  }

  @inline(__always)
  private func add<let rows: Int, let vectors: Int>(
    _ leaf: Int, _ shape: TileShape<rows, vectors>, pair: UInt8, _ inputs: Range<Int>,
    firstColumn: Int
  ) {
    if leaf == 0 {
      sink.prefetch(
        rows: inputs, columns: firstColumn..<firstColumn + vectors * laneCount)
    }
    reduction(ofPair: pair).add(
      leaf, shape, firstRow: inputs.lowerBound, firstColumn: firstColumn, upcoming: .nothing)
  }

  /// Hands on sums of 0.
  @inline(__always)
  private func finish<let vectors: Int>(
    _ shape: TileShape<1, vectors>, pair: UInt8, input: Int, firstColumn: Int
  ) {
    sink.prefetch(
      rows: input..<input + 1, columns: firstColumn..<firstColumn + vectors * laneCount)
    reduction(ofPair: pair).finish(
      Tile(repeating: Panel(repeating: Vector(repeating: 0))), shape, firstRow: input,
      firstColumn: firstColumn)
  }

  @inline(__always)
  private func reduction(ofPair pair: UInt8) -> Reduction<SparseLeaves, Sink> {
    Reduction(leaves: leaves, memory: scratch.tree(ofPair: Int(pair)), sink: sink)
  }
}

/// For some pairs of inputs the samples that are not 0 at both, a list for each leaf.
final class TransposedLists {
  private let columns = Block<UInt8>(count: laneCount * leafSampleCount)
  private let positions: Block<UInt8>
  private let bytes: Block<UInt8>
  private let begins: Block<Int32>
  private let ends: Block<Int32>
  private let order = Block<UInt8>(count: groupPairs)
  private let sets = PlaceSets()
  private let values = ScaledBytes()
  private let leaves: Int

  /// Room for the lists of up to `samples` samples.
  init(samples: Int) {
    leaves = leafCount(samples: samples)
    let lists = groupPairs * leaves
    positions = Block(count: lists * leafSampleCount)
    bytes = Block(count: 2 * lists * leafSampleCount)
    begins = Block(count: lists)
    ends = Block(count: lists)
    for list in 0..<lists { begins.start[list] = Int32(list % leaves * leafSampleCount) }
  }

  /// Lists a group of inputs.
  ///
  /// - Returns: where the lists lie until the next group's take their place.
  func list(_ source: ByteMatrix, inputs: Range<Int>, scale: Float) -> GroupLists {
    precondition(source.rows <= leaves * leafSampleCount, "more samples than the lists hold")
    values.setScale(scale)
    let first = inputs.lowerBound / laneCount * laneCount
    let leafCount = leafCount(samples: source.rows)
    for input in stride(from: first, to: inputs.upperBound, by: laneCount) {
      for leaf in 0..<leafCount {
        let sample = leaf * leafSampleCount
        processor_transpose_bytes(
          source.row(sample) + input, Int64(source.stride),
          Int64(min(leafSampleCount, source.rows - sample)), columns.start)
        for line in stride(from: 0, to: laneCount, by: 2) {
          let list = (input - first + line) / 2 * leaves + leaf
          let place = list * leafSampleCount
          let column = columns.start + line * leafSampleCount
          ends.start[list] =
            begins.start[list]
            + processor_list_nonzeros(
              column, column + leafSampleCount, firstPosition(ofBlock: leaf), sets.members,
              positions.start + place, bytes.start + place, bytes.start + memberStride + place)
        }
      }
    }
    var (shown, zero) = (0, groupPairs)
    for pair in (inputs.lowerBound - first) / 2..<(inputs.upperBound - first + 1) / 2 {
      if isZero(pair, leaves: leafCount) {
        zero -= 1
        order.start[zero] = UInt8(pair)
      } else {
        order.start[shown] = UInt8(pair)
        shown += 1
      }
    }
    return GroupLists(
      inputs: inputs, lists: asLeftFactor,
      shown: UnsafeBufferPointer(start: order.start, count: shown),
      zero: UnsafeBufferPointer(start: order.start + zero, count: groupPairs - zero))
  }

  /// Whether no sample shows anything at a pair of the group.
  private func isZero(_ pair: Int, leaves leafCount: Int) -> Bool {
    (pair * leaves..<pair * leaves + leafCount).allSatisfy { begins[$0] == ends[$0] }
  }

  private var memberStride: Int { groupPairs * leaves * leafSampleCount }

  /// The lists, one a pair and a block a leaf.
  private var asLeftFactor: ListedFactor {
    ListedFactor(
      positions: positions.start, bytes: bytes.start, begins: begins.start, ends: ends.start,
      values: values.start, rowBlocks: leaves, memberStride: memberStride)
  }
}

/// The lists of a group of inputs.
struct GroupLists {
  let inputs: Range<Int>
  /// A list a pair and a block a leaf.
  let lists: ListedFactor
  /// The pairs at which some sample is not 0.
  let shown: UnsafeBufferPointer<UInt8>
  /// The others.
  let zero: UnsafeBufferPointer<UInt8>

  /// The input that the first pair begins with, be it of the group or not.
  @inline(__always)
  private var firstInput: Int { inputs.lowerBound / laneCount * laneCount }

  /// A pair's inputs, without one that is not of the group.
  @inline(__always)
  func inputs(ofPair pair: UInt8) -> Range<Int> {
    let first = firstInput + 2 * Int(pair)
    return max(first, inputs.lowerBound)..<min(first + 2, inputs.upperBound)
  }

  /// The pair of an input.
  @inline(__always)
  func pair(ofInput input: Int) -> Int { (input - firstInput) / 2 }
}

/// The leaves' sums over the samples that are not 0.
private struct SparseLeaves: LeafSums {
  let group: GroupLists
  let errors: RightFactor<Float>
  let samples: Int

  /// The sums of a pair, or of one of its inputs.
  @inline(__always)
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) -> Tile<rows, vectors> {
    accumulate(
      group.lists, list: group.pair(ofInput: firstRow), member: firstRow % 2,
      blocks: leaf..<leaf + 1, errors, firstColumn: firstColumn,
      onto: Tile(repeating: Panel(repeating: Vector(repeating: 0))))
  }
}
