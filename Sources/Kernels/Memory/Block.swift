/// The owner of a block of memory, which is aligned to a cache line, zero at first, and freed with
/// its owner.
///
/// A block owns all memory that kernels work on; a `Matrix` is a view of it.
public final class Block<Element: BitwiseCopyable & AdditiveArithmetic> {
  @usableFromInline package let start: UnsafeMutablePointer<Element>
  /// The number of elements.
  public let count: Int

  /// Allocates memory for `count` elements, all zero.
  public init(count: Int) {
    precondition(count >= 0, "a block cannot hold \(count) elements")
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    start = memory.initializeMemory(as: Element.self, repeating: .zero, count: max(count, 1))
    self.count = count
  }

  deinit {
    start.deallocate()
  }

  /// Copies the content of a block of the same size.
  public func copy(from other: Block) {
    precondition(count == other.count, "blocks of \(count) and \(other.count) elements")
    start.update(from: other.start, count: count)
  }

  /// Copies some elements of another block.
  ///
  /// - Parameters:
  ///   - range: which elements.
  ///   - other: the block that holds them.
  ///   - first: the place of the first one in this block.
  public func copy(_ range: Range<Int>, of other: Block, to first: Int) {
    precondition(
      0 <= range.lowerBound && range.upperBound <= other.count && 0 <= first
        && first + range.count <= count,
      "elements \(range) of \(other.count) copied to \(count) from \(first) on")
    (start + first).update(from: other.start + range.lowerBound, count: range.count)
  }

  /// The element at a position.
  @inlinable
  public subscript(index: Int) -> Element {
    get { start[index] }
    set { start[index] = newValue }
  }
}
