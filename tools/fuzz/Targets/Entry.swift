import Foundation

/// Every target by its name, which is also that of its corpus in `tools/fuzz/corpora`.
private let targets: [String: Target] = [
  "idx": Target(attackIDX),
  "gzip": Target(attackGzip),
  "csv": Target(attackCSV),
  "npz": Target(attackNPZ),
  "png": Target(attackPNG),
  "safetensors": Target(attackSafetensors, .safetensors),
  "model": Target(attackModel, .safetensors),
  "weights": Target(attackWeights, .safetensors),
  "checkpoint": Target(attackCheckpoint, .safetensors),
  "record": Target(attackRecord, .json(start: 0)),
  "log": Target(attackLog, .json(start: 0)),
  "json": Target(attackJSON, .json(start: 1)),
]

/// A reader under attack.
private struct Target: Sendable {
  let attack: @Sendable ([UInt8]) -> Void
  let kind: InputKind

  init(_ attack: @escaping @Sendable ([UInt8]) -> Void, _ kind: InputKind = .bytes) {
    self.attack = attack
    self.kind = kind
  }
}

/// The target of this process, set before the first input; libFuzzer gives one input at a time.
nonisolated(unsafe) private var target = Target { _ in }

/// Attacks a target with libFuzzer, which takes the arguments. The environment names the target and the
/// folder for its files, since libFuzzer starts the program again for some of its tasks.
@main struct FuzzTargets {
  static func main() {
    let environment = ProcessInfo.processInfo.environment
    guard let chosen = environment["LOCKSTEP_FUZZ_TARGET"].flatMap({ targets[$0] }),
      let folder = environment["LOCKSTEP_FUZZ_FOLDER"]
    else {
      print("LOCKSTEP_FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", ")).")
      print("LOCKSTEP_FUZZ_FOLDER names a folder for files. tools/fuzz/run sets both.")
      exit(2)
    }
    unsafe target = chosen
    unsafe scratch = folder
    limitMemory()
    exit(run(CommandLine.arguments))
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
  unsafe target.attack(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

/// Called by libFuzzer to change an input in its place: a number of its JSON in one of four times, else
/// as libFuzzer does by itself.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
  _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: CUnsignedInt
) -> Int {
  if seed.isMultiple(of: 4) {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let changed = unsafe changingNumber(of: input, kind: target.kind, seed: seed >> 2)
    if let changed, changed.count <= limit {
      unsafe bytes.update(from: changed, count: changed.count)
      return changed.count
    }
  }
  return unsafe mutateAsUsual(bytes, count, limit)
}

@_silgen_name("LLVMFuzzerMutate")
private func mutateAsUsual(
  _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int
) -> Int

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
