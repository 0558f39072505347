import Digits
import Files
import Foundation
import Images

/// A folder for the files that readers are given, best in memory. It is set before the first input, and
/// libFuzzer gives one input at a time.
nonisolated(unsafe) var scratch = "."

/// Writes a file of the scratch folder, not durably: it is read at once.
///
/// - Returns: its path.
@discardableResult
func put(_ bytes: [UInt8], _ name: String) -> String {
  let path = file(name)
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  let written = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
  close(descriptor)
  guard written == bytes.count else {
    print("cannot write \(path)")
    exit(2)
  }
  return path
}

/// Stops the fuzzer with a finding where a condition does not hold.
func expect(_ condition: @autoclosure () -> Bool, _ claim: String) {
  if condition() { return }
  FileHandle.standardError.write(Data("broken: \(claim)\n".utf8))
  abort()
}

/// The value of what must not fail: reading what was just written.
func must<Value>(_ claim: String, _ body: () throws -> Value) -> Value {
  do {
    return try body()
  } catch {
    FileHandle.standardError.write(Data("broken: \(claim): \(error)\n".utf8))
    abort()
  }
}

/// The parts of an input that begin with one of some signatures, at most so many; what stands before
/// the first belongs to it.
func parts(of bytes: [UInt8], at signatures: [[UInt8]], most: Int) -> [[UInt8]] {
  var starts: [Int] = []
  var offset = 1
  while starts.count < most - 1, offset < bytes.count {
    if signatures.contains(where: { bytes[offset...].starts(with: $0) }) { starts.append(offset) }
    offset += 1
  }
  return zip([0] + starts, starts + [bytes.count]).map { Array(bytes[$0..<$1]) }
}

/// A number as an integer of so many bytes.
func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

func bigEndian(_ value: Int, _ count: Int) -> [UInt8] { littleEndian(value, count).reversed() }

/// What a reader makes of a path, nil where it finds a `FileProblem`.
func accepted<Value>(_ read: () throws -> Value) -> Value? {
  do {
    return try read()
  } catch let problem as FileProblem {
    // The sentence is a part of the answer.
    expect(!problem.description.isEmpty, "a problem has words")
    return nil
  } catch {
    expect(false, "a reader throws a FileProblem, not \(error)")
    return nil
  }
}

/// A data set for those parts of an attack that need one: 12 images of 2 × 2 pixels of three classes,
/// and 4 to test.
let smallDigits: DigitDataset = {
  func part(_ count: Int) -> DigitSet {
    DigitSet(
      images: (0..<4 * count).map { UInt8(($0 * 37) & 255) },
      labels: (0..<count).map { UInt8($0 % 3) }, imageSize: ImageSize(height: 2, width: 2))
  }
  return DigitDataset(
    name: "small", train: part(12), test: part(4), classNames: ["0", "1", "2"]
  ).prepared(workers: 1)
}()

/// Removes a file of the scratch folder.
func remove(_ name: String) {
  _ = unsafe unlink(file(name))
}

/// The path of a file in the scratch folder.
func file(_ name: String) -> String { unsafe "\(scratch)/\(name)" }
