import Foundation

/// The control groups of this process, of both versions: their limits on its processor time, and
/// the time that it was throttled by them.
///
/// A group's limit holds for the groups below it too, so the smallest on the way up counts. In a
/// container the path that `/proc/self/cgroup` names may lie outside of what is mounted; the
/// container's own group is then the top of the mount, where the way up ends as well.
///
/// Source: the Linux kernel's `admin-guide/cgroup-v2` and `scheduler/sched-bwc`.
struct ControlGroups {
  /// The folder that holds `proc` and `sys`.
  let root: String

  /// The smallest limit, in processors, or nil where there is none.
  func processorQuota() -> Double? {
    values(version1: quotaOfVersion1, version2: quotaOfVersion2).min()
  }

  /// The total time that the groups' processes were throttled by their quota, in seconds; nil where
  /// no group counts it.
  func throttledSeconds() -> Double? {
    values(
      version1: { counter("throttled_time", ofGroup: $0).map { Double($0) / 1e9 } },
      version2: { counter("throttled_usec", ofGroup: $0).map { Double($0) / 1e6 } }
    ).max()
  }

  /// Reads a value from each group that this process belongs to and from the groups above it.
  ///
  /// - Parameters:
  ///   - version1: reads the value from a group's folder.
  ///   - version2: the same for version 2.
  /// - Returns: one value per group that has one.
  private func values(
    version1: (String) -> Double?, version2: (String) -> Double?
  ) -> [Double] {
    let memberships = text(of: "proc/self/cgroup", root: root) ?? ""
    return memberships.split(separator: "\n").flatMap { line -> [Double] in
      // `hierarchy:controllers:path`; no controllers stand for version 2.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let path = fields[2].split(separator: "/")
      if fields[1].isEmpty {
        // Version 2 alone is mounted at the top, beside version 1 in a folder of its own.
        return groups(path, below: ["", "/unified"]).compactMap(version2)
      }
      guard fields[1].split(separator: ",").contains("cpu") else { return [] }
      return groups(path, below: ["/\(fields[1])", "/cpu"]).compactMap(version1)
    }
  }

  /// The folders of a group and of those above it.
  private func groups(_ path: [Substring], below mounts: [String]) -> [String] {
    // A path that begins with `..` lies outside of the mount; only the top can be asked.
    let path = path.contains("..") ? [] : path
    return mounts.flatMap { mount in
      (0...path.count).map { depth in
        "sys/fs/cgroup\(mount)" + path.prefix(depth).map { "/\($0)" }.joined()
      }
    }
  }

  /// `cpu.max` holds the quota and the period in microseconds, the quota being `max` without one.
  private func quotaOfVersion2(_ group: String) -> Double? {
    let content = text(of: "\(group)/cpu.max", root: root) ?? ""
    let fields = content.split(whereSeparator: \.isWhitespace)
    guard fields.count == 2 else { return nil }
    return ratio(fields[0], fields[1])
  }

  /// Version 1 has a file for each; a quota of −1 is none.
  private func quotaOfVersion1(_ group: String) -> Double? {
    guard let quota = text(of: "\(group)/cpu.cfs_quota_us", root: root),
      let period = text(of: "\(group)/cpu.cfs_period_us", root: root)
    else { return nil }
    return ratio(quota, period)
  }

  /// A line of a group's `cpu.stat`.
  private func counter(_ name: String, ofGroup group: String) -> Int? {
    let lines = (text(of: "\(group)/cpu.stat", root: root) ?? "").split(separator: "\n")
    return lines.first { $0.hasPrefix("\(name) ") }.flatMap { Int($0.dropFirst(name.count + 1)) }
  }

  private func ratio(_ quota: some StringProtocol, _ period: some StringProtocol) -> Double? {
    guard let quota = Int(quota.trimmingCharacters(in: .whitespacesAndNewlines)), quota > 0,
      let period = Int(period.trimmingCharacters(in: .whitespacesAndNewlines)), period > 0
    else { return nil }
    return Double(quota) / Double(period)
  }
}
