import Foundation

/// The control groups that this process belongs to, of both versions, as far as they limit its
/// processor time.
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
    guard let memberships = text(of: "proc/self/cgroup", root: root) else { return nil }
    return memberships.split(separator: "\n").compactMap { quota(ofMembership: $0) }.min()
  }

  /// - Parameter line: `hierarchy:controllers:path`; no controllers stand for version 2.
  private func quota(ofMembership line: Substring) -> Double? {
    let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return nil }
    let path = fields[2].split(separator: "/")
    if fields[1].isEmpty {
      // Version 2 alone is mounted at the top, beside version 1 in a folder of its own.
      return smallest(from: path, below: ["", "/unified"], quota: quotaOfVersion2)
    }
    guard fields[1].split(separator: ",").contains("cpu") else { return nil }
    return smallest(from: path, below: ["/\(fields[1])", "/cpu"], quota: quotaOfVersion1)
  }

  /// The smallest quota of a group and of those above it.
  private func smallest(
    from path: [Substring], below mounts: [String], quota: (String) -> Double?
  ) -> Double? {
    // A path that begins with `..` lies outside of the mount; only the top can be asked.
    let path = path.contains("..") ? [] : path
    let quotas = mounts.flatMap { mount in
      (0...path.count).compactMap { depth in
        let group = path.prefix(depth).map { "/\($0)" }.joined()
        return quota("sys/fs/cgroup\(mount)\(group)")
      }
    }
    return quotas.min()
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

  private func ratio(_ quota: some StringProtocol, _ period: some StringProtocol) -> Double? {
    guard let quota = Int(quota.trimmingCharacters(in: .whitespacesAndNewlines)), quota > 0,
      let period = Int(period.trimmingCharacters(in: .whitespacesAndNewlines)), period > 0
    else { return nil }
    return Double(quota) / Double(period)
  }
}
