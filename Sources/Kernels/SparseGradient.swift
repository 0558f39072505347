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
/// so that the leaf's error signals are read from memory once.
@inline(__always)
func reduceGroup(
  _ leaves: SparseLeaves, inputs: Range<Int>, columns: Range<Int>, scratch: GradientScratch,
  into sink: some GradientSink
) {
  forEachEvenPanel(columns) { column, vectors in
    for leaf in 0..<leaves.count {
      for input in inputs {
        if leaf == 0 {
          sink.prefetch(rows: input..<input + 1, columns: column..<column + vectors * laneCount)
        }
        let reduction = Reduction(
          leaves: leaves, memory: scratch.tree(ofGroupInput: input - inputs.lowerBound), sink: sink)
        runPanel(
          LeafAddition(reduction: reduction, leaf: leaf), row: input, column: column,
          vectors: vectors)
      }
    }
  }
}

/// Adds one leaf to the sum of a panel.
private struct LeafAddition<Leaves: LeafSums, Sink: GradientSink>: TileWork {
  let reduction: Reduction<Leaves, Sink>
  let leaf: Int

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int, upcoming: Upcoming
  ) {
    reduction.add(leaf, shape, firstRow: firstRow, firstColumn: firstColumn, upcoming: upcoming)
  }
}

/// For some inputs the samples that are not 0 there, leaf by leaf.
final class TransposedLists {
  private let transposed: Block<UInt8>
  private let lists: NonzeroLists

  /// Room for the lists of up to `samples` samples.
  init(samples: Int) {
    let leaves = (samples + leafSampleCount - 1) / leafSampleCount
    transposed = Block(count: groupInputs * leaves * leafSampleCount)
    lists = NonzeroLists(rows: groupInputs, columns: leaves * leafSampleCount)
  }

  /// Lists a group of inputs.
  func list(_ bytes: ByteMatrix, inputs: Range<Int>, scale: Float) {
    let leaves = (bytes.rows + leafSampleCount - 1) / leafSampleCount
    let stride = leaves * leafSampleCount
    precondition(groupInputs * stride <= transposed.count, "more samples than the lists hold")
    let first = inputs.lowerBound / laneCount * laneCount
    for input in Swift.stride(from: first, to: inputs.upperBound, by: laneCount) {
      for sample in Swift.stride(from: 0, to: stride, by: laneCount) {
        let block = transposedBlock { line in
          sample + line < bytes.rows
            ? UnsafeRawPointer(bytes.row(sample + line) + input)
              .loadUnaligned(as: SIMD16<UInt8>.self)
            : SIMD16(repeating: 0)
        }
        let result = transposed.start + (input - first) * stride + sample
        for line in 0..<laneCount {
          UnsafeMutableRawPointer(result + line * stride)
            .storeBytes(of: block[line], as: SIMD16<UInt8>.self)
        }
      }
    }
    lists.setScale(scale)
    for input in inputs {
      lists.list(transposed.start + (input - first) * stride, blocks: leaves, asRow: input - first)
    }
  }

  /// The lists, a row an input and a block a leaf.
  var asLeftFactor: ListedFactor { lists.asLeftFactor }
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

  @inline(__always)
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int,
    upcoming: Upcoming
  ) -> Tile<rows, vectors> {
    var sums = Tile<rows, vectors>(repeating: Panel(repeating: Vector(repeating: 0)))
    for row in 0..<rows {
      sums[row] = accumulate(
        lists, row: firstRow + row - firstListed, block: leaf, errors, firstColumn: firstColumn,
        onto: sums[row])
    }
    return sums
  }
}
