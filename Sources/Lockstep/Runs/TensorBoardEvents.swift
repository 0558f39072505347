import Files
import Foundation

/// The curves of a run for TensorBoard: an event file beside the log, an event per epoch with the log's
/// numbers as scalars.
package struct TensorBoardEvents {
  private let file: GrowingFile

  /// Where it is.
  package var path: String { file.path }

  /// The event file of a run. TensorBoard finds it by `tfevents` in its name, and reads several in a
  /// folder in the order of the seconds in theirs.
  ///
  /// - Parameters:
  ///   - folder: the folder of the run.
  ///   - begun: when the run began.
  package init(folder: String, begun: Date) {
    let seconds = "\(Int(begun.timeIntervalSince1970))"
    let zeros = String(repeating: "0", count: max(0, 10 - seconds.count))
    file = GrowingFile(path: "\(folder)/events.out.tfevents.\(zeros)\(seconds).lockstep")
  }

  /// Whether the run has one.
  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Adds an epoch, at the time when it ended.
  ///
  /// - Throws: `inputOutput` with the system's reason; the file is then as it was.
  package func append(_ line: LogLine, at time: Date) throws(FileProblem) {
    try file.append(Self.record(line, at: time.timeIntervalSince1970))
  }

  /// Makes the events safe from a crash of the system.
  func flush() throws(FileProblem) { try file.flush() }

  /// Brings the file to the epochs of a log, of which a killed run may have written more, or lost some.
  /// Without a file, it begins one.
  ///
  /// Epochs that will be trained again are cut off. A TensorBoard that has read them already goes on
  /// where they end: the same tags and steps take the same bytes.
  ///
  /// - Parameters:
  ///   - log: the epochs that are done.
  ///   - begun: when the run began. Epochs without an event get the time by which their steps were done.
  /// - Throws: `inputOutput` with the system's reason.
  package func resume(at log: [LogLine], begun: Date) throws(FileProblem) {
    removeTemporaries(of: path)
    let found = exists ? try readFile(path, byteLimit: 1 << 30) : []
    let times = EventRecord.all(in: found).compactMap { EventTime($0.content) }
    let timeBySteps = Dictionary(
      times.map { ($0.steps, $0.time) }, uniquingKeysWith: { _, last in last })
    var time = timeBySteps[0] ?? begun.timeIntervalSince1970
    var wanted = Self.head(at: time)
    for line in log {
      time = timeBySteps[line.steps] ?? (time + (line.seconds ?? 0))
      wanted += Self.record(line, at: time)
    }
    if found.starts(with: wanted) {
      try file.cut(to: wanted.count)
    } else {
      try writeDurably(wanted, to: path)
    }
  }

  // MARK: - Events

  /// The numbers of the fields of TensorFlow's messages Event, Summary and Summary.Value.
  private enum Field {
    static let wallTime: UInt64 = 1
    static let step: UInt64 = 2
    static let fileVersion: UInt64 = 3
    static let summary: UInt64 = 5
    static let value: UInt64 = 1
    static let tag: UInt64 = 1
    static let simpleValue: UInt64 = 2
  }

  /// The first record of a file: its version.
  private static func head(at time: Double) -> [UInt8] {
    var event = ProtobufMessage()
    event.add(Field.wallTime, time)
    event.add(Field.fileVersion, "brain.Event:2")
    return EventRecord.bytes(event.bytes)
  }

  /// The record of an epoch.
  private static func record(_ line: LogLine, at time: Double) -> [UInt8] {
    var summary = ProtobufMessage()
    for (tag, scalar) in line.scalars {
      guard let scalar else { continue }
      var value = ProtobufMessage()
      value.add(Field.tag, tag)
      value.add(Field.simpleValue, Float(scalar))
      summary.add(Field.value, value)
    }
    var event = ProtobufMessage()
    event.add(Field.wallTime, time)
    event.add(Field.step, line.steps)
    event.add(Field.summary, summary)
    return EventRecord.bytes(event.bytes)
  }
}

extension LogLine {
  /// The numbers of the epoch by TensorBoard's tags: those with the same first part share a group.
  fileprivate var scalars: [(tag: String, value: Double?)] {
    [
      ("loss/train", trainLoss), ("loss/validation", validationLoss), ("loss/test", testLoss),
      ("accuracy/train", trainAccuracy), ("accuracy/validation", validationAccuracy),
      ("accuracy/test", testAccuracy), ("learning_rate", learningRate),
      ("gradient_norm", gradientNorm), ("images_per_second", imagesPerSecond),
    ]
  }
}

/// When an event was written, and after how many steps: the first fields of each event of ours.
private struct EventTime {
  let time: Double
  let steps: Int

  /// Nil for an event that is not ours.
  init?(_ event: ArraySlice<UInt8>) {
    guard event.count > 9, event.first == 0x09 else { return nil }
    let bits = event.dropFirst().prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    time = Double(bitPattern: bits)
    let rest = event.dropFirst(9)
    guard rest.first == 0x10 else {
      // The file's version, before the first step.
      guard rest.first == 0x1A else { return nil }
      steps = 0
      return
    }
    var value: UInt64 = 0
    for (index, byte) in rest.dropFirst().prefix(9).enumerated() {
      value |= UInt64(byte & 0x7F) << (7 * index)
      if byte < 0x80 { break }
    }
    steps = Int(value)
  }
}
