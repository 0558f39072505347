import Synchronization
import Workers

/// Makes `count` values on up to `workers` threads.
///
/// - Throws: of several problems the one of the smallest index, the one that a single worker would
///   have met.
/// - Returns: the values in the order of their indices.
func makeInParallel<Value: Sendable, Problem: Error>(
  count: Int, workers: Int, make: (Int) throws(Problem) -> Value
) throws(Problem) -> [Value] {
  let results = Mutex<[Int: Value]>([:])
  try attemptInParallel(count: count, workers: workers) { index throws(Problem) in
    let value = try make(index)
    results.withLock { $0[index] = value }
  }
  let values = results.withLock { $0 }
  return (0..<count).compactMap { values[$0] }
}

/// Makes a block of rows on up to `workers` threads, each row straight in its place.
///
/// - Parameters:
///   - count: the number of rows.
///   - length: the number of bytes of each.
///   - workers: the maximum number of threads.
///   - make: makes one row, of exactly that length.
/// - Throws: of several problems the one of the first row.
/// - Returns: the rows one after the other, `count` × `length` bytes.
func makeRowsInParallel<Problem: Error>(
  count: Int, length: Int, workers: Int, make: (Int) throws(Problem) -> [UInt8]
) throws(Problem) -> [UInt8] {
  try unsafe [UInt8](unsafeUninitializedCapacity: count * length) {
    (block, initialized) throws(Problem) in
    // Rows do not overlap, so the threads write to places of their own.
    let start = UnsafeMutableRawPointer(block.baseAddress)
    try attemptInParallel(count: count, workers: workers) { row throws(Problem) in
      let bytes = try make(row)
      precondition(bytes.count == length, "a row has \(bytes.count) bytes instead of \(length)")
      unsafe bytes.withUnsafeBytes { source in
        guard let from = source.baseAddress else { return }
        unsafe start?.advanced(by: row * length).copyMemory(from: from, byteCount: length)
      }
    }
    initialized = count * length
  }
}

/// Attempts every index; once one has failed, only those before it are still of interest.
private func attemptInParallel<Problem: Error>(
  count: Int, workers: Int, attempt: (Int) throws(Problem) -> Void
) throws(Problem) {
  let first = Mutex<(index: Int, problem: Problem)?>(nil)
  performInLockstep(workers: workers, phases: [count]) { work in
    let index = work.item
    if let failed = first.withLock({ $0?.index }), failed < index { return }
    do throws(Problem) {
      try attempt(index)
    } catch {
      first.withLock { known in
        if known.map({ index < $0.index }) ?? true { known = (index, error) }
      }
    }
  }
  if let problem = first.withLock({ $0?.problem }) { throw problem }
}
