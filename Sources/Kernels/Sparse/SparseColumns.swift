import CProcessor

/// The number of inputs in a group: those whose lists are in memory together and whose gradients
/// are reduced together.
@inlinable
var groupInputs: Int { 32 }

/// The number of pairs in a group.
@inlinable
var groupPairs: Int { groupInputs / 2 }

/// The first input of a group's first pair: a multiple of 16, which may lie before the group.
@inlinable @inline(__always)
func firstPairedInput(ofGroupFrom input: Int) -> Int { input / laneCount * laneCount }

/// The sparse columns of a group of inputs. For each pair of neighbouring inputs and each leaf
/// there is a list of the samples in which at least one of the two inputs is not 0. The lists are
/// made by transposing the bytes.
@usableFromInline final class SparseColumns {
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
  /// - Returns: views of the lists, valid until the next group is listed.
  @usableFromInline
  func list(
    _ source: ByteMatrix, inputs: Range<Int>, scale: Float, factor: Float
  ) -> SparseColumnGroup {
    precondition(source.rows <= leaves * leafSampleCount, "more samples than the lists hold")
    values.setScale(scale, factor: factor)
    let first = firstPairedInput(ofGroupFrom: inputs.lowerBound)
    let leafCount = leafCount(samples: source.rows)
    for input in stride(from: first, to: inputs.upperBound, by: laneCount) {
      for leaf in 0..<leafCount {
        let sample = leaf * leafSampleCount
        let count = Int64(min(leafSampleCount, source.rows - sample))
        processor_transpose_bytes(
          source.row(sample) + input, Int64(source.stride), count, columns.start)
        for line in stride(from: 0, to: laneCount, by: 2) {
          let list = (input - first + line) / 2 * leaves + leaf
          let place = list * leafSampleCount
          let column = columns.start + line * leafSampleCount
          ends.start[list] =
            begins.start[list]
            + processor_list_nonzeros(
              column, column + leafSampleCount, count,
              firstPosition(ofBlock: leaf), sets.members,
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
    return SparseColumnGroup(
      inputs: inputs, lists: asLeftFactor,
      shown: UnsafeBufferPointer(start: order.start, count: shown),
      zero: UnsafeBufferPointer(start: order.start + zero, count: groupPairs - zero))
  }

  /// Whether a pair of inputs is 0 in all samples.
  private func isZero(_ pair: Int, leaves leafCount: Int) -> Bool {
    (pair * leaves..<pair * leaves + leafCount).allSatisfy { begins[$0] == ends[$0] }
  }

  private var memberStride: Int { groupPairs * leaves * leafSampleCount }

  /// The lists as the left factor of a product: a row pair per pair of inputs, a block per leaf.
  private var asLeftFactor: SparseFactor {
    SparseFactor(
      positions: positions.start, bytes: bytes.start, begins: begins.start, ends: ends.start,
      values: values.start, pairBlocks: leaves, memberStride: memberStride)
  }
}

/// The lists of a group of inputs.
@usableFromInline struct SparseColumnGroup {
  @usableFromInline let inputs: Range<Int>
  /// A row pair per pair of inputs, a block per leaf.
  @usableFromInline let lists: SparseFactor
  /// The pairs that are not 0 in at least one sample.
  @usableFromInline let shown: UnsafeBufferPointer<UInt8>
  /// The pairs that are 0 in all samples.
  @usableFromInline let zero: UnsafeBufferPointer<UInt8>

  @inlinable @inline(__always)
  var firstInput: Int { firstPairedInput(ofGroupFrom: inputs.lowerBound) }

  /// The inputs of a pair that belong to the group.
  @inlinable @inline(__always)
  func inputs(ofPair pair: UInt8) -> Range<Int> {
    let first = firstInput + 2 * Int(pair)
    return max(first, inputs.lowerBound)..<min(first + 2, inputs.upperBound)
  }
}
