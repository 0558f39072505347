import CProcessor

// The gradient of weights whose inputs are bytes, most of them 0: for each input the list of the samples
// that show something there, a list for every leaf, made by transposing the bytes.

/// The inputs whose lists are made, and whose sums wait for each other, at once.
let groupInputs = 32

/// The floats of a panel for each input of a group.
var groupFloats: Int { groupInputs * widestPanel * laneCount }

/// Cuts a range of inputs into groups that begin at multiples of 16, but for the first.
@inline(__always)
func forEachGroup(of inputs: Range<Int>, _ body: (Range<Int>) -> Void) {
  var first = inputs.lowerBound
  while first < inputs.upperBound {
    let end = min((first / laneCount * laneCount) + groupInputs, inputs.upperBound)
    body(first..<end)
    first = end
  }
}

/// Reduces some columns of a group's gradient.
struct GroupReduction<Sink: GradientSink>: PanelWork {
  let leaves: SparseLeaves
  let scratch: GradientScratch
  let sink: Sink

  /// A leaf for all inputs of the group, then the next leaf, so that the leaf's error signals are read
  /// from memory once. An input that is 0 in all samples, as a picture's border is, has no leaves.
  @inline(__always)
  func run<let vectors: Int>(_ shape: TileShape<1, vectors>, firstColumn: Int) {
    for leaf in 0..<leaves.count {
      for input in leaves.group.shown {
        if leaf == 0 { prefetch(input, shape, firstColumn: firstColumn) }
        reduction(ofInput: Int(input)).add(
          leaf, shape, firstRow: leaves.group.firstInput + Int(input), firstColumn: firstColumn,
          upcoming: .nothing)
      }
    }
    guard sink.takesZeros else { return }
    let zeros = Tile<1, vectors>(repeating: Panel(repeating: Vector(repeating: 0)))
    for input in leaves.group.zero {
      prefetch(input, shape, firstColumn: firstColumn)
      reduction(ofInput: Int(input)).finish(
        zeros, shape, firstRow: leaves.group.firstInput + Int(input), firstColumn: firstColumn)
    }
  }

  @inline(__always)
  private func prefetch<let vectors: Int>(
    _ input: UInt8, _ shape: TileShape<1, vectors>, firstColumn: Int
  ) {
    let row = leaves.group.firstInput + Int(input)
    sink.prefetch(
      rows: row..<row + 1, columns: firstColumn..<firstColumn + vectors * laneCount)
  }

  @inline(__always)
  private func reduction(ofInput input: Int) -> Reduction<SparseLeaves, Sink> {
    Reduction(leaves: leaves, memory: scratch.tree(ofGroupInput: input), sink: sink)
  }
}

/// For some inputs the samples that are not 0 there, a list for each leaf.
final class TransposedLists {
  private let columns = Block<UInt8>(count: laneCount * leafSampleCount)
  private let positions: Block<UInt8>
  private let bytes: Block<UInt8>
  private let begins: Block<Int32>
  private let ends: Block<Int32>
  private let order = Block<UInt8>(count: groupInputs)
  private let sets = PlaceSets()
  private let values = ScaledBytes()
  private let leaves: Int

  /// Room for the lists of up to `samples` samples.
  init(samples: Int) {
    leaves = leafCount(samples: samples)
    let lists = groupInputs * leaves
    positions = Block(count: lists * leafSampleCount)
    bytes = Block(count: lists * leafSampleCount)
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
        for line in 0..<laneCount {
          let list = (input - first + line) * leaves + leaf
          let place = list * leafSampleCount
          ends.start[list] =
            begins.start[list]
            + processor_list_nonzeros(
              columns.start + line * leafSampleCount, firstPosition(ofBlock: leaf),
              sets.members, positions.start + place, bytes.start + place)
        }
      }
    }
    var (shown, zero) = (0, groupInputs)
    for input in inputs {
      if isZero(input - first, leaves: leafCount) {
        zero -= 1
        order.start[zero] = UInt8(input - first)
      } else {
        order.start[shown] = UInt8(input - first)
        shown += 1
      }
    }
    return GroupLists(
      lists: asLeftFactor, firstInput: first,
      shown: UnsafeBufferPointer(start: order.start, count: shown),
      zero: UnsafeBufferPointer(start: order.start + zero, count: groupInputs - zero))
  }

  /// Whether no sample shows anything at an input of the group.
  private func isZero(_ input: Int, leaves leafCount: Int) -> Bool {
    (input * leaves..<input * leaves + leafCount).allSatisfy { begins[$0] == ends[$0] }
  }

  /// The lists, a row an input and a block a leaf.
  private var asLeftFactor: ListedFactor {
    ListedFactor(
      positions: positions.start, bytes: bytes.start, begins: begins.start, ends: ends.start,
      values: values.start, rowBlocks: leaves)
  }
}

/// The lists of a group of inputs.
struct GroupLists {
  /// A row an input and a block a leaf.
  let lists: ListedFactor
  /// The input of the first row.
  let firstInput: Int
  /// The rows of the inputs at which some sample is not 0.
  let shown: UnsafeBufferPointer<UInt8>
  /// The rows of the others.
  let zero: UnsafeBufferPointer<UInt8>
}

/// The leaves' sums over the samples that are not 0.
struct SparseLeaves: LeafSums {
  let group: GroupLists
  let errors: RightFactor<Float>
  let samples: Int

  @inline(__always)
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) -> Tile<rows, vectors> {
    var sums = Tile<rows, vectors>(repeating: Panel(repeating: Vector(repeating: 0)))
    for row in 0..<rows {
      sums[row] = accumulate(
        group.lists, row: firstRow + row - group.firstInput, blocks: leaf..<leaf + 1, errors,
        firstColumn: firstColumn, onto: sums[row])
    }
    return sums
  }
}
