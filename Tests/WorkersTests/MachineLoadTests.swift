import Testing
import TestSupport
import Workers

@Suite struct MachineLoadTests {
  @Test func `the real system counts what it can`() {
    let before = LoadCounters.read()
    let end = ContinuousClock.now + .milliseconds(50)
    while ContinuousClock.now < end {}
    let load = LoadCounters.read().load(since: before)
    #expect(load.seconds >= 0.05)
    #expect(load.involuntarySwitches ?? -1 >= 0)
    for seconds in [load.stolenSeconds, load.otherSeconds, load.throttledSeconds] {
      #expect(seconds ?? 0 >= 0)
    }
    #if os(Linux)
      #expect(load.otherSeconds != nil && load.stolenSeconds != nil)
    #endif
  }

  @Test func `time is that between two readings, less this process's own`() throws {
    let load = try load(
      from: ["proc/stat": "cpu  100 0 50 9000 10 5 5 20 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"],
      to: ["proc/stat": "cpu  400 100 150 9500 10 15 25 70 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"])
    // Two decimal fractions below 1 and their difference, each rounded.
    #expect(abs(try #require(load.stolenSeconds) - 0.5) <= 0x1p-52)
    // 300 + 100 + 100 + 10 + 20 hundredths were busy; this test has used next to nothing of them.
    #expect(abs(try #require(load.otherSeconds) - 5.3) < 0.5)
  }

  @Test func `a quota's cost is read from either version of control groups`() throws {
    let second = try load(
      from: [
        "proc/self/cgroup": "0::/job\n",
        "sys/fs/cgroup/job/cpu.stat": "usage_usec 7\nnr_throttled 3\nthrottled_usec 1500000\n",
      ],
      to: ["sys/fs/cgroup/job/cpu.stat": "usage_usec 9\nnr_throttled 4\nthrottled_usec 1750000\n"])
    #expect(second.throttledSeconds == 0.25)
    let first = try load(
      from: [
        "proc/self/cgroup": "4:cpu,cpuacct:/a/job\n",
        "sys/fs/cgroup/cpu,cpuacct/a/job/cpu.stat": "nr_throttled 0\nthrottled_time 0\n",
        "sys/fs/cgroup/cpu,cpuacct/a/cpu.stat": "nr_throttled 0\nthrottled_time 0\n",
      ],
      to: ["sys/fs/cgroup/cpu,cpuacct/a/cpu.stat": "nr_throttled 9\nthrottled_time 2000000000\n"])
    #expect(first.throttledSeconds == 2, "a group above counts, too")
  }

  @Test func `frequencies are the mean of those of the processors`() throws {
    let folder = "sys/devices/system/cpu"
    let own = try load(
      from: [:],
      to: [
        "\(folder)/cpu0/cpufreq/scaling_cur_freq": "3000000\n",
        "\(folder)/cpu1/cpufreq/scaling_cur_freq": "2000000\n", "\(folder)/online": "0-1\n",
        "proc/cpuinfo": "cpu MHz\t\t: 1000.0\n",
      ])
    #expect(own.megahertz == 2500)
    let listed = try load(
      from: [:], to: ["proc/cpuinfo": "cpu MHz\t\t: 2000.5\nflags: fpu\ncpu MHz\t\t: 2001.5\n"])
    #expect(listed.megahertz == 2001)
  }

  @Test(arguments: ["", "cpu", "cpu 1 2 3", "intr 1 2 3 4 5 6 7 8 9", "cpu a b c d e f g"])
  func `counters that make no sense are none`(content: String) throws {
    let load = try load(from: ["proc/stat": content], to: ["proc/stat": content])
    #expect(load.otherSeconds == nil && load.stolenSeconds == nil)
    #expect(load.throttledSeconds == nil && load.megahertz == nil)
  }

  @Test func `a counter that was set back counts as nothing`() throws {
    let load = try load(
      from: ["proc/stat": "cpu 100 0 0 0 0 0 0 50\n"], to: ["proc/stat": "cpu 50 0 0 0 0 0 0 0\n"])
    #expect(load.stolenSeconds == 0 && load.otherSeconds == 0)
  }

  /// What is read between a system with some files and one in which some have changed.
  private func load(from: [String: String], to: [String: String]) throws -> MachineLoad {
    let root = try TemporaryFolder()
    for (file, content) in from { try root.write(content, to: file) }
    let before = LoadCounters.read(root: root.path)
    for (file, content) in to { try root.write(content, to: file) }
    return LoadCounters.read(root: root.path).load(since: before)
  }
}
