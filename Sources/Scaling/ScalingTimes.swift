import Statistics

/// The times of the same work with different numbers of workers, measured in rounds: each round
/// measures every number of workers once, one right after the other.
///
/// Times are compared within a round, so that a machine that is slow for a while slows all of them.
public struct ScalingTimes: Equatable, Sendable {
  /// The numbers of workers, from 1 upwards.
  public let workers: [Int]
  /// The times in seconds, or any other unit, [rounds × workers].
  public let rounds: [[Double]]

  /// Times of one round or more.
  ///
  /// - Precondition: `workers` ascends from 1, each round has a time for each of them, and times
  ///   are finite and above 0.
  public init(workers: [Int], rounds: [[Double]]) {
    precondition(workers.first == 1, "all is compared with one worker")
    precondition(
      zip(workers, workers.dropFirst()).allSatisfy { $0 < $1 }, "numbers of workers ascend")
    precondition(!rounds.isEmpty, "there is at least one round")
    precondition(
      rounds.allSatisfy { $0.count == workers.count }, "each round has a time for each number")
    precondition(
      rounds.allSatisfy { $0.allSatisfy { $0 > 0 && $0.isFinite } }, "times are above 0")
    self.workers = workers
    self.rounds = rounds
  }

  /// The times of up to `limit` workers, at least 1.
  public func upTo(workers limit: Int) -> ScalingTimes {
    let count = workers.prefix { $0 <= limit }.count
    return ScalingTimes(
      workers: Array(workers.prefix(count)), rounds: rounds.map { Array($0.prefix(count)) })
  }

  /// The speed-up of `count` workers in each round; nil where they were not measured.
  public func speedUp(workers count: Int) -> MedianInterval? {
    workers.firstIndex(of: count).map { index in MedianInterval(rounds.map { $0[0] / $0[index] }) }
  }
}
