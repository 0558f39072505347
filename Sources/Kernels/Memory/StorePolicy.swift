import CProcessor

/// How a kernel stores its results: with ordinary or with non-temporal stores.
public enum StorePolicy: Sendable {
  /// Ordinary stores, into this processor's caches.
  case cached
  /// Non-temporal stores, past the caches. They are for results that other processors read before
  /// this one writes them again: fetching a line from another processor's cache costs several times
  /// as much as storing it to memory.
  case nonTemporal

  // Policies are compared by patterns, since another module does not inline `==`.

  /// Stores a vector at the beginning of a cache line.
  @inlinable @inline(__always)
  package func store(_ vector: Vector, _ destination: UnsafeMutablePointer<Float>) {
    switch self {
    case .cached: Kernels.store(vector, destination)
    case .nonTemporal: processor_stream(destination, vector)
    }
  }

  /// Stores a vector of pairs at the beginning of a cache line.
  @inlinable @inline(__always)
  package func store(_ pairs: SIMD16<UInt32>, _ destination: UnsafeMutablePointer<UInt32>) {
    switch self {
    case .cached:
      UnsafeMutableRawPointer(destination).storeBytes(of: pairs, as: SIMD16<UInt32>.self)
    case .nonTemporal: processor_stream(destination, unsafeBitCast(pairs, to: Vector.self))
    }
  }

  /// Copies bytes to the beginning of a cache line.
  @inlinable @inline(__always)
  package func copy(
    _ source: UnsafePointer<UInt8>, to destination: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    var done = 0
    if case .nonTemporal = self {
      let line = MemoryLayout<Vector>.size
      while done + line <= count {
        processor_stream(
          destination + done, UnsafeRawPointer(source + done).loadUnaligned(as: Vector.self))
        done += line
      }
    }
    (destination + done).update(from: source + done, count: count - done)
  }

  /// Store fence: the results are visible to a worker that is signalled after it.
  @inlinable @inline(__always)
  public func finish() {
    if case .nonTemporal = self { processor_finish_streams() }
  }
}
