import CProcessor

// What the lists of rows and of columns have in common.

/// The number of bytes in a block of a list: the width of the listing instruction, and the number
/// of samples in a leaf.
@inlinable @inline(__always)
var sparseBlock: Int { Int(chains_block_lines) }

/// The number of blocks in a row; the last block may be shorter.
@inlinable @inline(__always)
func blockCount(columns: Int) -> Int { (columns + sparseBlock - 1) / sparseBlock }

/// The number of blocks in a span: the range of positions that one byte can hold.
@inlinable @inline(__always)
var spanBlocks: Int { Int(chains_span_blocks) }

/// The members of every set of eight neighbouring positions, by the set's bit mask.
struct PlaceSets {
  private let lists = Block<UInt64>(count: 256)

  init() {
    for set in 0..<lists.count {
      var list: UInt64 = 0
      for place in (0..<8).reversed() where set >> place & 1 == 1 {
        list = list << 8 | UInt64(place)
      }
      lists[set] = list
    }
  }

  /// For each bit mask the positions of its ones in ascending order, a byte each, the lowest first.
  var members: UnsafePointer<UInt64> { UnsafePointer(lists.start) }
}

/// A table of (byte × scale) × factor for all 256 bytes.
final class ScaledBytes {
  private let values = Block<Float>(count: 256)
  private var scale: Float = 0
  private var factor: Float = 0

  var start: UnsafePointer<Float> { UnsafePointer(values.start) }

  /// Sets the scale and the factor and fills the table.
  func setScale(_ scale: Float, factor: Float) {
    guard scale != self.scale || factor != self.factor else { return }
    (self.scale, self.factor) = (scale, factor)
    for byte in 0..<256 { values.start[byte] = Float(byte) * scale * factor }
  }
}

/// The position of a block's first byte in its span.
@inline(__always)
func firstPosition(ofBlock block: Int) -> UInt8 {
  UInt8(truncatingIfNeeded: block % spanBlocks * sparseBlock)
}
