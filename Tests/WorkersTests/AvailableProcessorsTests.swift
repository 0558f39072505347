import Foundation
import Testing
import TestSupport
import Workers

@Suite struct AvailableProcessorsTests {
  @Test func `the real system has a processor`() {
    let processors = AvailableProcessors.read()
    #expect(processors.online >= 1)
    #expect((1...processors.online).contains(processors.usable))
    let affinity = processors.affinity ?? processors.online
    #expect((1...processors.online).contains(affinity))
  }

  @Test func `a root without files limits nothing`() {
    let processors = AvailableProcessors.read(root: "/nowhere")
    #expect(processors.online == ProcessInfo.processInfo.activeProcessorCount)
    #expect(processors.affinity == nil)
    #expect(processors.quota == nil)
  }

  @Test(
    arguments: [
      (8, nil, nil, 8), (8, 8, nil, 8), (8, 3, nil, 3), (8, nil, 2, 2), (8, nil, 1.5, 2),
      (8, nil, 0.25, 1), (8, 2, 4, 2), (8, 4, 2.01, 3), (8, nil, 7.5, 8), (8, nil, 1e300, 8),
      (4, 6, nil, 4), (1, 0, 0, 1), (2, 2, 2.5, 2),
    ] as [(Int, Int?, Double?, Int)])
  func `the smallest limit counts, a quota rounded up`(
    online: Int, affinity: Int?, quota: Double?, usable: Int
  ) {
    let processors = AvailableProcessors(online: online, affinity: affinity, quota: quota)
    #expect(processors.usable == usable)
  }

  @Test(
    arguments: [
      (8, nil, nil, 8), (8, 3, nil, 3), (8, nil, 2, 2), (2, nil, 1.5, 1), (8, nil, 7.5, 7),
      (8, nil, 0.25, 1), (8, 2, 4, 2), (1, 0, 0, 1), (8, nil, 1e300, 8),
    ] as [(Int, Int?, Double?, Int)])
  func `what has a processor all the time is a quota rounded down`(
    online: Int, affinity: Int?, quota: Double?, dedicated: Int
  ) {
    let processors = AvailableProcessors(online: online, affinity: affinity, quota: quota)
    #expect(processors.dedicated == dedicated)
    #expect((processors.usable - 1...processors.usable).contains(dedicated))
  }

  @Test func `the description names what limits`() {
    func text(_ online: Int, _ affinity: Int?, _ quota: Double?) -> String {
      AvailableProcessors(online: online, affinity: affinity, quota: quota).description
    }
    #expect(text(8, 2, 1.5) == "2 of 8 processors (affinity 2, quota 1.5)")
    #expect(text(8, nil, 1 / 3) == "1 of 8 processors (quota 0.33)")
    #expect(text(8, 8, nil) == "8 of 8 processors")
    #expect(text(1, nil, nil) == "1 of 1 processor")
  }

  @Test(arguments: [
    AvailableProcessors(online: 8, affinity: 2, quota: 1.5),
    AvailableProcessors(online: 1, affinity: nil, quota: nil),
  ])
  func `a value survives JSON`(processors: AvailableProcessors) throws {
    let data = try JSONEncoder().encode(processors)
    #expect(try JSONDecoder().decode(AvailableProcessors.self, from: data) == processors)
  }

  @Test(
    arguments: [
      ("0-7", "0-7", 8, 8), ("0-7", "0,2-3", 8, 3), ("0", "0", 1, 1), ("0-3", "2-9", 4, 2),
      ("0-1,4-5", "0-7", 4, 4), ("0-3", "8", 4, 0), ("0-2047", "2040-2047", 2048, 8),
      ("0-7", "", 8, nil), ("0-7", "x", 8, nil), ("0-7", "3-1", 8, nil), ("0-7", "1-2-3", 8, nil),
      ("0-7", "-1", 8, nil), ("0-7", "1-", 8, nil), ("0-7", "0-99999999999999999999", 8, nil),
      ("0-7", "0-9223372036854775807", 8, nil),
    ] as [(String, String, Int, Int?)])
  func `processors that are bound to and run are counted`(
    online: String, allowed: String, onlineCount: Int, affinity: Int?
  ) throws {
    let processors = try read([
      "sys/devices/system/cpu/online": online + "\n",
      "proc/self/status":
        "Name:\tlockstep\nCpus_allowed:\tff\nCpus_allowed_list:\t\(allowed)\nMems_allowed:\t1\n",
    ])
    #expect(processors.online == onlineCount)
    #expect(processors.affinity == affinity)
  }

  @Test func `version 2 gives quota and period in one file`() throws {
    #expect(try quota(version2: ["/job": "150000 100000\n"]) == 1.5)
    #expect(try quota(version2: ["/job": "max 100000\n"]) == nil)
    #expect(try quota(version2: ["/job": "50000 100000"]) == 0.5)
  }

  @Test func `the smallest quota on the way up counts`() throws {
    let path = "/a/b/job"
    #expect(
      try quota(
        version2: ["/a/b/job": "max 100000", "/a/b": "max 100000", "/a": "300000 100000"],
        path: path) == 3)
    #expect(
      try quota(
        version2: ["/a/b/job": "200000 100000", "/a/b": "400000 100000", "": "50000 50000"],
        path: path) == 1)
    #expect(try quota(version2: ["/a/c": "100000 100000"], path: path) == nil)
  }

  @Test func `a container's own group is the top of the mount`() throws {
    #expect(try quota(version2: ["": "250000 100000"], path: "/") == 2.5)
    #expect(try quota(version2: ["": "250000 100000"], path: "/docker/0123") == 2.5)
    #expect(
      try quota(
        version2: ["": "250000 100000", "/job": "100000 100000"], path: "/../../job") == 2.5)
  }

  @Test func `version 2 beside version 1 has a folder of its own`() throws {
    let processors = try read([
      "proc/self/cgroup": "1:name=systemd:/\n0::/job\n",
      "sys/fs/cgroup/unified/job/cpu.max": "100000 50000\n",
    ])
    #expect(processors.quota == 2)
  }

  @Test(arguments: ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
  func `version 1 has a file for each`(controllers: String) throws {
    func quota(_ quota: String, parent: String = "-1") throws -> Double? {
      try read([
        "proc/self/cgroup": "5:memory:/other\n4:\(controllers):/a/job\n3:cpuset:/\n0::/\n",
        "sys/fs/cgroup/\(controllers)/a/job/cpu.cfs_quota_us": "\(quota)\n",
        "sys/fs/cgroup/\(controllers)/a/job/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/\(controllers)/a/cpu.cfs_quota_us": "\(parent)\n",
        "sys/fs/cgroup/\(controllers)/a/cpu.cfs_period_us": "50000\n",
      ]).quota
    }
    #expect(try quota("150000") == 1.5)
    #expect(try quota("150000", parent: "50000") == 1)
    #expect(try quota("-1") == nil)
    #expect(try quota("-1", parent: "200000") == 4)
    #expect(try quota("word") == nil)
  }

  @Test func `the folder of version 1 may have the short name`() throws {
    let processors = try read([
      "proc/self/cgroup": "4:cpu,cpuacct:/job\n",
      "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "300000\n",
      "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n",
    ])
    #expect(processors.quota == 3)
  }

  @Test(arguments: [
    "", "\n", "max", "100000", "max max", "100000 0", "0 100000", "-1 100000", "100000 -1",
    "1e5 100000", "100000 100000 100000", "99999999999999999999 1", "100000,100000", "\u{0}",
    "ü ü",
  ])
  func `a quota that makes no sense limits nothing`(content: String) throws {
    #expect(try quota(version2: ["/job": content]) == nil)
    #expect(try quota(version2: ["/job": content, "": "200000 100000"]) == 2)
  }

  @Test(arguments: [
    "", "\n\n", "0::", "0:", "::::", "no colons", "x:cpu", "0::\u{0}", "::/job:\n:",
  ])
  func `a membership that makes no sense limits nothing`(content: String) throws {
    #expect(try read(["proc/self/cgroup": content]).quota == nil)
  }

  @Test func `a file that is no text, or a folder, limits nothing`() throws {
    let root = try TemporaryFolder()
    try root.write("0::/job\n", to: "proc/self/cgroup")
    try root.write([0xFF, 0xFE, 0x00], to: "sys/fs/cgroup/job/cpu.max")
    try root.write("", to: "sys/fs/cgroup/cpu.max/inside")
    #expect(AvailableProcessors.read(root: root.path).quota == nil)
  }

  private func quota(version2 groups: [String: String], path: String = "/job") throws -> Double? {
    var files = ["proc/self/cgroup": "0::\(path)\n"]
    for (group, content) in groups { files["sys/fs/cgroup\(group)/cpu.max"] = content }
    return try read(files).quota
  }

  private func read(_ files: [String: String]) throws -> AvailableProcessors {
    let root = try TemporaryFolder()
    for (file, content) in files { try root.write(content, to: file) }
    return AvailableProcessors.read(root: root.path)
  }
}
