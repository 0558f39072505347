import Foundation

/// The number of processors that this process may use, by three limits: the processors that are
/// online, the affinity of the process, and the quota of its control group.
///
/// A container on a large host sees all of the host's processors and may use few of them. Workers
/// beyond that number only wait for each other.
public struct AvailableProcessors: Sendable, Equatable, Codable {
  /// The processors that the system runs.
  public let online: Int
  /// Those of them that the process may run on (`taskset`, cpusets), or nil where the system does
  /// not tell.
  public let affinity: Int?
  /// The processor time per time that the control groups grant, in processors; nil where they do
  /// not limit it. 1.5 is one and a half processors.
  public let quota: Double?

  /// The numbers as they would be read.
  public init(online: Int, affinity: Int?, quota: Double?) {
    self.online = online
    self.affinity = affinity
    self.quota = quota
  }

  /// The number of workers to run: at least 1.
  ///
  /// A quota is rounded up. Two workers under a quota of 1.5 run side by side for three quarters of
  /// each period and sleep together for the rest, which is half as much again as one worker does.
  public var usable: Int {
    let processors = min(online, affinity ?? online)
    guard let quota, quota < Double(processors) else { return max(1, processors) }
    return max(1, Int(quota.rounded(.up)))
  }

  /// The number of workers that can have a processor each all the time: at least 1. Under a quota
  /// of 1.5 that is 1, though 2 are `usable`.
  public var dedicated: Int {
    let processors = min(online, affinity ?? online)
    guard let quota, quota < Double(processors) else { return max(1, processors) }
    return max(1, Int(quota))
  }

  /// Asks the system.
  ///
  /// - Parameter root: the folder that holds `proc` and `sys`. A file there that is missing or
  ///   makes no sense limits nothing; without them, as on macOS, the system's own number is all
  ///   there is.
  /// - Returns: the processors that are online, and the limits on their use by this process.
  public static func read(root: String = "/") -> AvailableProcessors {
    let online = text(of: "sys/devices/system/cpu/online", root: root)
      .flatMap { processors(in: $0) }
    // The calls that would tell the affinity are hidden from Swift; this file has the same list,
    // with processors that are switched off.
    let status = text(of: "proc/self/status", root: root) ?? ""
    let field = "Cpus_allowed_list:"
    let allowed = status.split(separator: "\n").first { $0.hasPrefix(field) }
      .flatMap { processors(in: $0.dropFirst(field.count)) }
    let affinity = allowed.map { online?.intersection($0) ?? $0 }
    return AvailableProcessors(
      online: online?.count ?? ProcessInfo.processInfo.activeProcessorCount,
      affinity: affinity?.count, quota: ControlGroups(root: root).processorQuota())
  }
}

extension AvailableProcessors: CustomStringConvertible {
  /// One line, such as `2 of 8 processors (affinity 4, quota 1.5)`.
  public var description: String {
    var limits: [String] = []
    if let affinity, affinity != online { limits.append("affinity \(affinity)") }
    if let quota { limits.append("quota \((quota * 100).rounded() / 100)") }
    let reasons = limits.isEmpty ? "" : " (\(limits.joined(separator: ", ")))"
    return "\(usable) of \(online) \(online == 1 ? "processor" : "processors")\(reasons)"
  }
}

/// A list of the system's, such as `0-3,8`; nil where it is none or names no processor.
private func processors(in list: some StringProtocol) -> IndexSet? {
  var numbers = IndexSet()
  for part in list.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",") {
    let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, bounds.count <= 2,
      0 <= first, first <= last, last < 1 << 20
    else { return nil }
    numbers.insert(integersIn: first...last)
  }
  return numbers.isEmpty ? nil : numbers
}
