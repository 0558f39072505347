import Foundation

/// Every target by its name, which is also that of its corpus in `tools/fuzz/corpora`.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "idx": attackIDX,
  "gzip": attackGzip,
  "csv": attackCSV,
  "npz": attackNPZ,
  "png": attackPNG,
  "safetensors": attackSafetensors,
  "model": attackModel,
  "weights": attackWeights,
  "checkpoint": attackCheckpoint,
  "record": attackRecord,
  "log": attackLog,
  "json": attackJSON,
]

/// The target under attack.
nonisolated(unsafe) private var attack: @Sendable ([UInt8]) -> Void = { _ in }

/// `FuzzTargets NAME FOLDER …`: attacks the target with libFuzzer, which takes the other arguments. Files
/// for the readers are written to the folder.
@main struct FuzzTargets {
  static func main() {
    var arguments = CommandLine.arguments
    guard arguments.count > 2, let target = targets[arguments[1]] else {
      print("usage: FuzzTargets \(targets.keys.sorted().joined(separator: "|")) FOLDER …")
      exit(2)
    }
    unsafe attack = target
    unsafe scratch = arguments[2]
    arguments.removeSubrange(1...2)
    limitMemory()
    exit(run(arguments))
  }

  /// Hands over to libFuzzer. A trap, a signal or a broken expectation is a finding.
  private static func run(_ arguments: [String]) -> CInt {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeMutableBufferPointer { pointers in
      var count = CInt(arguments.count)
      var base = pointers.baseAddress
      return unsafe runDriver(&count, &base, testOneInput)
    }
  }
}

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe attack(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

/// libFuzzer's loop, which its own `main` calls, too.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ attack: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The most memory that an input of some kilobytes may make a reader take.
private let memoryAllowance = 1 << 30

/// Lets the process grow by the allowance and no more: beyond it an allocation fails, and the process
/// with it. libFuzzer has a limit on single allocations, too, which works under AddressSanitizer alone.
private func limitMemory() {
  // AddressSanitizer reserves terabytes of addresses, so that there is no limit then.
  let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)).flatMap {
    Int($0.prefix { $0 != " " })
  }
  guard let pages, pages < 1 << 30 else { return }
  let limit = rlim_t(pages * Int(sysconf(Int32(_SC_PAGESIZE))) + memoryAllowance)
  var limits = rlimit(rlim_cur: limit, rlim_max: limit)
  _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
}
