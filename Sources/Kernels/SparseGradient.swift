// The gradient of weights whose inputs are bytes, most of them 0: for each input the list of the samples
// that show something there, a list for every leaf, made by transposing the bytes.

/// The inputs whose lists are made at once.
private let groupInputs = 32

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

/// For some inputs the samples that are not 0 there, leaf by leaf.
final class TransposedLists {
  private let transposed: Block<UInt8>
  private let lists: NonzeroLists

  /// Room for the lists of up to `samples` samples.
  init(samples: Int) {
    let leaves = (samples + leafSampleCount - 1) / leafSampleCount
    transposed = Block(count: groupInputs * leaves * leafSampleCount)
    lists = NonzeroLists(rows: groupInputs * leaves, columns: leafSampleCount)
  }

  /// Lists a group of inputs.
  func list(_ bytes: ByteMatrix, inputs: Range<Int>, scale: Float) {
    let leaves = (bytes.rows + leafSampleCount - 1) / leafSampleCount
    let stride = leaves * leafSampleCount
    precondition(groupInputs * stride <= transposed.count, "more samples than the lists hold")
    let first = inputs.lowerBound / laneCount * laneCount
    for input in Swift.stride(from: first, to: inputs.upperBound, by: laneCount) {
      for sample in Swift.stride(from: 0, to: bytes.rows, by: laneCount) {
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
    for input in inputs {
      for leaf in 0..<leaves {
        let samples = min(leafSampleCount, bytes.rows - leaf * leafSampleCount)
        lists.list(
          transposed.start + (input - first) * stride + leaf * leafSampleCount,
          count: paddedToLanes(samples), scale: scale, asRow: (input - first) * leaves + leaf)
      }
    }
  }

  @inline(__always)
  subscript(row: Int) -> NonzeroList { lists[row] }
}

/// The leaves' sums over the samples that are not 0.
struct SparseLeaves: LeafSums {
  private let lists: TransposedLists
  private let firstListed: Int
  private let leaves: Int
  private let errors: RightFactor
  let samples: Int

  /// Lists the inputs of a group.
  @inline(__always)
  init(
    bytes: ByteMatrix, scale: Float, inputs: Range<Int>, errors: RightFactor,
    lists: TransposedLists
  ) {
    lists.list(bytes, inputs: inputs, scale: scale)
    self.lists = lists
    self.errors = errors
    firstListed = inputs.lowerBound / laneCount * laneCount
    samples = bytes.rows
    leaves = (samples + leafSampleCount - 1) / leafSampleCount
  }

  @inline(__always)
  func sums<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int
  ) -> Tile<rows, vectors> {
    let errors = RightFactor(
      start: errors.start + leaf * leafSampleCount * errors.stepStride,
      stepStride: errors.stepStride)
    return Tile<rows, vectors> { row in
      accumulate(
        lists[(firstRow + row - firstListed) * leaves + leaf], errors, firstColumn: firstColumn,
        onto: Panel<vectors>(repeating: Vector(repeating: 0)))
    }
  }
}
