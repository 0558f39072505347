/// The number of workers that took part in the steps of a run: a training may use fewer workers
/// than it was given, where that is faster.
public struct WorkersInSteps: Codable, Equatable, Sendable {
  /// The number of steps, by number of workers.
  public private(set) var steps: [Int: Int] = [:]
  /// The fewest workers of any step.
  public private(set) var min = 0
  /// The median number of workers per step.
  public private(set) var median = 0

  /// The largest number that is read.
  private static let limit = 1 << 40

  /// Adds the counts of further steps, up to the limit of what is read again.
  mutating func add(_ more: [Int: Int]) {
    steps.merge(more) { Swift.min($0 + $1, Self.limit) }
    let ascending = steps.sorted { $0.key < $1.key }
    min = ascending.first?.key ?? 0
    var left = (steps.values.reduce(0, +) + 1) / 2
    median =
      ascending.first { count in
        left -= count.value
        return left <= 0
      }?.key ?? 0
  }

  /// What is wrong with counts from a file; nil for counts that steps leave.
  var validationError: String? {
    let counts = Array(steps.keys) + Array(steps.values) + [min, median]
    return counts.first { !(0...Self.limit).contains($0) }.map { "\($0) workers or steps" }
  }

  /// `2 took part in the steps`, or `1 to 2 took part in the steps, 2 in the median one`.
  public var inWords: String {
    let most = steps.keys.max() ?? 0
    return min == most
      ? "\(min) took part in every step"
      : "\(min) to \(most) took part in the steps, \(median) in the median one"
  }
}
