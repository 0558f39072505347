import ArgumentParser
import Workers

/// The number of threads to work with.
struct WorkerOptions: ParsableArguments {
  @Option(help: "Maximum number of worker threads (default: number of usable processors).")
  var workers: Int?

  func validate() throws {
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers \(workers) is not in 1…1024")
    }
  }

  /// The number of workers: the one that was asked for, or all usable processors. Where the system
  /// lets fewer threads run, it says so.
  ///
  /// - Parameter ranksHere: the number of processes on this machine that train together. They divide its
  ///   processors, unless the launcher has bound each to its own.
  /// - Returns: at least 1.
  func count(ranksHere: Int = 1) -> Int {
    let processors = AvailableProcessors.read()
    let isBound = processors.affinity.map { $0 < processors.online } ?? false
    let wanted = workers ?? max(1, processors.usable / (isBound ? 1 : ranksHere))
    let startable = startableThreads(upTo: wanted)
    if startable < wanted {
      complain("the system lets \(startable) of \(wanted) threads start; going on with them")
    }
    return startable
  }
}
