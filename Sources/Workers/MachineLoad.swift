import Foundation

/// The circumstances that may disturb a measurement, such as processor time of other programs. A
/// value is nil where the system does not report it.
public struct MachineLoad: Codable, Equatable, Sendable {
  /// The duration of the measurement, in seconds.
  public let seconds: Double
  /// The processor time that the hypervisor gave to other machines while this one wanted it, in
  /// seconds.
  public let stolenSeconds: Double?
  /// The processor time of other programs on this machine, in seconds.
  public let otherSeconds: Double?
  /// The number of involuntary context switches of this process.
  public let involuntarySwitches: Int?
  /// The time that this process was throttled by the quota of its control group, in seconds.
  public let throttledSeconds: Double?
  /// The mean frequency of the processors, as last read.
  public let megahertz: Double?

  /// A load as it would be read.
  public init(
    seconds: Double, stolenSeconds: Double? = nil, otherSeconds: Double? = nil,
    involuntarySwitches: Int? = nil, throttledSeconds: Double? = nil, megahertz: Double? = nil
  ) {
    self.seconds = seconds
    self.stolenSeconds = stolenSeconds
    self.otherSeconds = otherSeconds
    self.involuntarySwitches = involuntarySwitches
    self.throttledSeconds = throttledSeconds
    self.megahertz = megahertz
  }
}

/// The system's counters at one moment; the difference of two is a `MachineLoad`.
///
/// Sources: the Linux kernel's `proc(5)` for `/proc/stat`, `admin-guide/cgroup-v2` for `cpu.stat`,
/// `getrusage(2)`.
public struct LoadCounters: Sendable {
  private let moment = ContinuousClock.now
  private let busySeconds: Double?
  private let stolenSeconds: Double?
  private let ownSeconds: Double
  private let involuntarySwitches: Int
  private let throttledSeconds: Double?
  private let megahertz: Double?

  /// Reads the counters.
  ///
  /// - Parameter root: the folder that holds `proc` and `sys`.
  /// - Returns: the counts since the machine and this process were started.
  public static func read(root: String = "/") -> LoadCounters { LoadCounters(root: root) }

  private init(root: String) {
    // cpu user nice system idle iowait irq softirq steal …, in hundredths of a second.
    let line = text(of: "proc/stat", root: root)?.split(separator: "\n").first {
      $0.hasPrefix("cpu ")
    }
    let ticks = (line ?? "").split(separator: " ").dropFirst().map { Double($0) ?? 0 }
    let isKnown = ticks.count >= 8
    busySeconds = isKnown ? (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / 100 : nil
    stolenSeconds = isKnown ? ticks[7] / 100 : nil
    var usage = rusage()
    // RUSAGE_SELF, whose type differs between systems.
    unsafe getrusage(0, &usage)
    ownSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    involuntarySwitches = Int(usage.ru_nivcsw)
    throttledSeconds = ControlGroups(root: root).throttledSeconds()
    megahertz = meanMegahertz(root: root)
  }

  /// What happened since other counters were read.
  public func load(since earlier: LoadCounters) -> MachineLoad {
    func grown(_ now: Double?, _ before: Double?) -> Double? {
      guard let now, let before else { return nil }
      return max(0, now - before)
    }
    let elapsed = moment - earlier.moment
    return MachineLoad(
      seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18,
      stolenSeconds: grown(stolenSeconds, earlier.stolenSeconds),
      otherSeconds: grown(busySeconds, earlier.busySeconds).map {
        max(0, $0 - (ownSeconds - earlier.ownSeconds))
      },
      involuntarySwitches: involuntarySwitches - earlier.involuntarySwitches,
      throttledSeconds: grown(throttledSeconds, earlier.throttledSeconds), megahertz: megahertz)
  }
}

private func seconds(_ time: timeval) -> Double {
  Double(time.tv_sec) + Double(time.tv_usec) / 1e6
}

/// From the processors' own files, in kHz, or else from `/proc/cpuinfo`, where a virtual machine
/// may name one frequency for good.
private func meanMegahertz(root: String) -> Double? {
  let folder = "sys/devices/system/cpu"
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
  var frequencies = names.compactMap { name in
    text(of: "\(folder)/\(name)/cpufreq/scaling_cur_freq", root: root)
      .flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }.map { $0 / 1000 }
  }
  if frequencies.isEmpty {
    let lines = (text(of: "proc/cpuinfo", root: root) ?? "").split(separator: "\n")
    frequencies = lines.filter { $0.hasPrefix("cpu MHz") }
      .compactMap { $0.split(separator: ":").last }
      .compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
  }
  return frequencies.isEmpty ? nil : frequencies.reduce(0, +) / Double(frequencies.count)
}
