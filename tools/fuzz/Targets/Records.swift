import Files
import Images
import Lockstep
import Networks
import Training

/// The record of a run, in a model or a checkpoint and in `run.json`.
@Sendable func attackRecord(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  put(bytes, "record/run.json")
  _ = Model.dataFolder(ofModel: file("record/model.safetensors"))
  guard
    let record = accepted({ try RunRecord(notes: ["run": text], file: "input") })
  else { return }
  _ = (record.data.imageSize.description, record.workersInSteps?.inWords)
  _ = record.machine.processors.description
  let written = jsonText(record)
  let again = must("a record that was written is read") {
    try RunRecord(notes: ["run": written], file: "output")
  }
  expect(jsonText(again) == written, "a record makes a round trip")
}

/// The log of a run, which `--resume` brings to the epochs of its checkpoint.
@Sendable func attackLog(_ bytes: [UInt8]) {
  let paths = (lines: put(bytes, "log.jsonl"), table: put([], "log.csv"))
  let log = RunLog(lines: paths.lines, table: paths.table)
  func resumed() -> (lines: [UInt8], table: [UInt8]) {
    must("a log is brought to its checkpoint") {
      try log.resume(at: reports)
      return (try readFile(paths.lines), try readFile(paths.table))
    }
  }
  let first = resumed()
  let lines = String(decoding: first.lines, as: UTF8.self).split(separator: "\n").map(String.init)
  let epochs = must("lines of a log are read") {
    try lines.map { try decodedJSON(LogLine.self, $0).epoch }
  }
  expect(epochs == reports.map(\.epoch), "a log has the epochs of its checkpoint")
  expect(
    String(decoding: first.table, as: UTF8.self).split(separator: "\n").count == 1 + lines.count,
    "the table has a line per epoch")
  let second = resumed()
  expect(second.lines == first.lines && second.table == first.table, "a log is resumed once")
}

/// Three epochs of a training.
private let reports: [EpochReport] = (1...3).map { epoch in
  must("a report is read") {
    try decodedJSON(
      EpochReport.self,
      """
      {"epoch":\(epoch),"steps":\(2 * epoch),"learningRate":0.1,
       "training":{"count":12,"loss":0.5,"hits":9}}
      """)
  }
}

/// JSON as every reader of a file decodes it; the first byte names the type.
@Sendable func attackJSON(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
  let type = decodable[Int(first) % decodable.count]
  attackJSON(text, as: type)
}

private let decodable: [any (Codable & Sendable).Type] = [
  Preparation.self, [Architecture.Layer].self, [String].self, TrainingSettings.self,
  TrainerState.self, EpochReport.self, LogLine.self, RunRecord.self, WorkersInSteps.self,
  Machine.self,
]

private func attackJSON<Value: Codable>(_ text: String, as type: Value.Type) {
  guard let value = try? decodedJSON(type, text) else { return }
  let written = jsonText(value)
  let again = must("JSON that was written is read") { try decodedJSON(type, written) }
  expect(jsonText(again) == written, "\(type) makes a round trip")
  if let settings = value as? TrainingSettings {
    _ = settings.validationError(sampleCount: 100)
  }
}
