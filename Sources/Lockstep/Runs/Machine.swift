import CProcessor
import Foundation
import Kernels
import Workers

/// The machine of a run, as far as it matters to its speed.
public struct Machine: Codable, Equatable, Sendable {
  /// The name of its processor.
  public let processor: String
  /// Its operating system.
  public let system: String
  /// The instruction sets that the kernels were compiled for.
  public let instructionSets: String
  /// The processors that the process may use.
  public let processors: AvailableProcessors

  /// The machine that runs this process.
  public static func current() -> Machine {
    Machine(
      processor: processorName(), system: ProcessInfo.processInfo.operatingSystemVersionString,
      instructionSets: instructionSetNames(compiledInstructionSets()),
      processors: AvailableProcessors.read())
  }
}

private func processorName() -> String {
  let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
  let name = line?.split(separator: ":", maxSplits: 1).last.map {
    $0.trimmingCharacters(in: .whitespaces)
  }
  return name ?? "unknown"
}

/// The names of instruction sets.
///
/// - Parameter sets: the bits of `compiledInstructionSets()`.
/// - Returns: the names with spaces between them.
public func instructionSetNames(_ sets: UInt32) -> String {
  let names: [(bit: Int, name: String)] = [
    (Int(processor_sse4), "SSE4.2"), (Int(processor_avx), "AVX"), (Int(processor_avx2), "AVX2"),
    (Int(processor_fma), "FMA"), (Int(processor_bmi), "BMI2"), (Int(processor_avx512f), "AVX-512F"),
    (Int(processor_avx512_vl_bw_dq_cd), "AVX-512VL/BW/DQ/CD"),
    (Int(processor_avx512_vnni), "AVX-512VNNI"), (Int(processor_avx512_vbmi), "AVX-512VBMI"),
    (Int(processor_avx512_bf16), "AVX-512BF16"), (Int(processor_gfni), "GFNI"),
    (Int(processor_avxvnni), "AVX-VNNI"),
  ]
  let present = names.filter { Int(sets) & $0.bit != 0 }.map(\.name)
  return present.isEmpty ? "the processor's base set" : present.joined(separator: " ")
}
