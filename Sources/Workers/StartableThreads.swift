import Dispatch
import Foundation
import Synchronization

/// The number of threads, up to `count`, that can run at once in this process, this one included.
///
/// A limit on processes or memory may forbid further threads. Dispatch then waits for ever, so that
/// regions ask here first. The answer to the largest question so far is kept.
///
/// - Parameter count: the number of threads that are wanted, at least 1.
/// - Returns: at least 1.
public func startableThreads(upTo count: Int) -> Int {
  known.withLock { known in
    if count > known.asked { known = (count, 1 + startThreads(count - 1)) }
    return max(1, min(count, known.found))
  }
}

private let known = Mutex<(asked: Int, found: Int)>((asked: 1, found: 1))

/// Starts threads that wait for each other, and ends them.
private func startThreads(_ count: Int) -> Int {
  let gate = DispatchSemaphore(value: 0)
  var threads: [pthread_t] = []
  while threads.count < count {
    #if os(Linux)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let argument = unsafe Unmanaged.passRetained(gate)
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        #if os(Linux)
          guard let argument = unsafe argument else { return nil }
        #endif
        unsafe Unmanaged<DispatchSemaphore>.fromOpaque(argument).takeRetainedValue().wait()
        return nil
      }, unsafe argument.toOpaque())
    guard status == 0 else {
      unsafe argument.release()
      break
    }
    #if os(Linux)
      threads.append(thread)
    #else
      if let thread { threads.append(thread) }
    #endif
  }
  for _ in threads { gate.signal() }
  for thread in threads { pthread_join(thread, nil) }
  return threads.count
}
