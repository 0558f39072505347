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

/// Reduces some columns of a group's gradient: a leaf for all inputs of the group, then the next leaf,
/// so that the leaf's error signals are read from memory once. An input that is 0 in all samples, as
/// a picture's border is, has no leaves.
@inline(__always)
func reduceGroup(
  _ leaves: SparseLeaves, inputs: Range<Int>, columns: Range<Int>, scratch: GradientScratch,
  into sink: some GradientSink
) {
  forEachEvenPanel(columns) { column, vectors in
    for leaf in 0..<leaves.count {
      for input in inputs {
        let isZero = leaves.isZero(input: input)
        if isZero && (leaf > 0 || !sink.takesZeros) { continue }
        if leaf == 0 {
          sink.prefetch(rows: input..<input + 1, columns: column..<column + vectors * laneCount)
        }
        let reduction = Reduction(
          leaves: leaves, memory: scratch.tree(ofGroupInput: input - inputs.lowerBound), sink: sink)
        runPanel(
          LeafAddition(reduction: reduction, leaf: isZero ? nil : leaf), row: input, column: column,
          vectors: vectors)
      }
    }
  }
}

/// Adds one leaf to the sum of a panel; nil stands for a sum without leaves.
private struct LeafAddition<Leaves: LeafSums, Sink: GradientSink>: TileWork {
  let reduction: Reduction<Leaves, Sink>
  let leaf: Int?

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int, upcoming: Upcoming
  ) {
    if let leaf {
      reduction.add(leaf, shape, firstRow: firstRow, firstColumn: firstColumn, upcoming: upcoming)
    } else {
      reduction.finish(
        Tile(repeating: Panel(repeating: Vector(repeating: 0))), shape, firstRow: firstRow,
        firstColumn: firstColumn)
    }
  }
}

/// For some inputs the samples that are not 0 there, a list for each leaf.
final class TransposedLists {
  private let columns = Block<UInt8>(count: laneCount * leafSampleCount)
  private let positions: Block<UInt8>
  private let bytes: Block<UInt8>
  private let begins: Block<Int32>
  private let ends: Block<Int32>
  private let values = ScaledBytes()
  private let leaves: Int

  /// Room for the lists of up to `samples` samples.
  init(samples: Int) {
    leaves = (samples + leafSampleCount - 1) / leafSampleCount
    let lists = groupInputs * leaves
    positions = Block(count: lists * leafSampleCount)
    bytes = Block(count: lists * leafSampleCount)
    begins = Block(count: lists)
    ends = Block(count: lists)
    for list in 0..<lists { begins.start[list] = Int32(list % leaves * leafSampleCount) }
  }

  /// Lists a group of inputs.
  func list(_ source: ByteMatrix, inputs: Range<Int>, scale: Float) {
    precondition(source.rows <= leaves * leafSampleCount, "more samples than the lists hold")
    values.setScale(scale)
    let first = inputs.lowerBound / laneCount * laneCount
    for input in stride(from: first, to: inputs.upperBound, by: laneCount) {
      for leaf in 0..<(source.rows + leafSampleCount - 1) / leafSampleCount {
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
              positions.start + place, bytes.start + place)
        }
      }
    }
  }

  /// The lists, a row an input and a block a leaf.
  var asLeftFactor: ListedFactor {
    ListedFactor(
      positions: positions.start, bytes: bytes.start, begins: begins.start, ends: ends.start,
      values: values.start, rowBlocks: leaves)
  }
}

/// The leaves' sums over the samples that are not 0.
struct SparseLeaves: LeafSums {
  private let lists: ListedFactor
  private let firstListed: Int
  private let errors: RightFactor<Float>
  let samples: Int

  /// Lists the inputs of a group.
  @inline(__always)
  init(
    bytes: ByteMatrix, scale: Float, inputs: Range<Int>, errors: RightFactor<Float>,
    lists: TransposedLists
  ) {
    lists.list(bytes, inputs: inputs, scale: scale)
    self.lists = lists.asLeftFactor
    self.errors = errors
    firstListed = inputs.lowerBound / laneCount * laneCount
    samples = bytes.rows
  }

  /// Whether no sample shows anything at an input.
  @inline(__always)
  func isZero(input: Int) -> Bool { lists.isEmpty(row: input - firstListed, blocks: count) }

  @inline(__always)
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) -> Tile<rows, vectors> {
    var sums = Tile<rows, vectors>(repeating: Panel(repeating: Vector(repeating: 0)))
    for row in 0..<rows {
      sums[row] = accumulate(
        lists, row: firstRow + row - firstListed, blocks: leaf..<leaf + 1, errors,
        firstColumn: firstColumn, onto: sums[row])
    }
    return sums
  }
}
