/// Memory that a later tile reads, prefetched address by address in the steps of the current tile's
/// chains.
/// The processor's own prefetcher stops at the end of a page, and two rows of a wide layer seldom
/// share one.
@usableFromInline struct PrefetchCursor {
  @usableFromInline let start: UnsafeRawPointer
  /// The distance between the addresses of two steps, in bytes.
  @usableFromInline let stride: Int

  /// Memory to prefetch.
  ///
  /// - Parameters:
  ///   - start: the address of step 0.
  ///   - stride: the distance between the addresses of two steps, in elements.
  @inlinable @inline(__always)
  init<Element>(_ start: UnsafePointer<Element>, stride: Int) {
    self.start = UnsafeRawPointer(start)
    self.stride = stride * MemoryLayout<Element>.stride
  }

  @inlinable @inline(__always)
  func address(step: Int) -> UnsafeRawPointer { start + step * stride }
}

/// The memory that later tiles will read, prefetched while a tile's chains run.
@usableFromInline enum PrefetchTarget {
  /// The left factor's rows from here on.
  case row(Int)
  /// A part of a vector of the right factor's columns: of 2^shift parts along the steps, one line in
  /// 2^shift steps.
  case column(Int, part: Int, shift: Int)
  case nothing
}

/// The shift of `PrefetchTarget.column` with which the tiles of a column share the lines of the next
/// one. A processor has few buffers for lines that are on their way, and a line from far takes longer
/// than a tile's step.
@inlinable @inline(__always)
func prefetchShift(tiles: Int) -> Int {
  let tilesPerVector = max(1, tiles * laneCount / tileColumns)
  return min(Int.bitWidth - 1 - tilesPerVector.leadingZeroBitCount, 2)
}
