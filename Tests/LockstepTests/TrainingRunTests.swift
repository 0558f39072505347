import Foundation
import Lockstep
import Testing

/// Runs as a program drives them; `ResumeTests` kills the command's.
@Suite struct TrainingRunTests {
  private static let network = Architecture(inputs: 64, hidden: [12], outputs: 3)
  private static let settings = TrainingSettings(epochs: 3, schedule: .constant)

  private func run(_ path: String) throws -> TrainingRun {
    try TrainingRun(
      FrontDoorTests.digits, from: "nowhere", Self.network, settings: Self.settings, in: path,
      workers: 2)
  }

  @Test func `a run returns its events and results, and leaves its files`() throws {
    let place = Place()
    let run = try run(place("run"))
    #expect(FileManager.default.fileExists(atPath: run.folder.checkpoint))
    var epochs: [Int] = []
    while let event = try run.next() {
      switch event {
      case .epoch(let report, let speed):
        epochs.append(report.epoch)
        #expect(speed > 0)
      case .progress(let progress, _): #expect(progress.samplesSeen > 0)
      case .warning(let problem): Issue.record("\(problem)")
      }
    }
    #expect(epochs == [1, 2, 3])
    let result = run.finish()
    #expect(result.problems.isEmpty && result.stopReason == .epochs)
    #expect(result.record.status == .finished && result.record.epochs == 3)
    let model = try Model(contentsOf: run.folder.model)
    #expect(model.parameters.fingerprint == result.model.parameters.fingerprint)
    #expect(model.evaluate(on: FrontDoorTests.digits.testSamples).evaluation == result.test)
    let record = try RunRecord(notes: model.notes, file: run.folder.model)
    #expect(record.data.folder == nil && record.data.name == "crosses")
  }

  @Test func `a run that is put aside anywhere resumes to the same bits`() throws {
    let place = Place()
    let whole = try run(place("whole"))
    while try whole.next() != nil {}
    let expected = whole.finish().record.fingerprint
    for stop in 0..<6 {
      let path = place("part-\(stop)")
      do {
        let part = try run(path)
        for _ in 0..<stop { _ = try part.next() }
        #expect(part.suspend().isEmpty)
      }
      let resumed = try TrainingRun(
        resuming: RunCheckpoint(ofRun: path), with: FrontDoorTests.digits, workers: 1)
      while try resumed.next() != nil {}
      #expect(resumed.finish().record.fingerprint == expected)
    }
  }

  @Test func `a folder with a run, or in use, is refused`() throws {
    let place = Place()
    do {
      let first = try run(place("run"))
      #expect(throws: FileProblem.self) { try run(first.folder.path) }
      #expect(throws: FileProblem.self) { try RunCheckpoint(ofRun: first.folder.path) }
    }
    let refused = #expect(throws: FileProblem.self) { try run(place("run")) }
    #expect(refused?.found == "another run")
    // Only a checkpoint or a model is something to lose.
    try FileManager.default.removeItem(atPath: place("run/checkpoint.safetensors"))
    _ = try run(place("run"))
  }

  @Test func `other data is refused`() throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let digits = FrontDoorTests.digits
    let other = DigitDataset(
      name: "crosses", train: digits.test, test: digits.train, classNames: digits.classNames)
    let refused = #expect(throws: FileProblem.self) {
      try TrainingRun(resuming: RunCheckpoint(ofRun: place("run")), with: other)
    }
    #expect(refused?.kind == .wrongData)
  }

  /// The digests of the data stand in the file, too, so they prove nothing.
  @Test(arguments: [
    (#""samplesSeen":0,"#, #""samplesSeen":0,"validationSetCount":5,"#, "5 samples to validate on"),
    (
      #""samplesSeen":0,"squaredGradientNormSum":0,"step":0"#,
      #""samplesSeen":33,"squaredGradientNormSum":0,"step":2"#, "33 of 120 samples in 2 steps"
    ),
    (
      #""samplesSeen":0,"squaredGradientNormSum":0,"step":0"#,
      #""samplesSeen":320,"squaredGradientNormSum":0,"step":10"#, "320 of 120 samples in 10 steps"
    ),
  ])
  func `a state that training on the data cannot reach is refused`(
    edit: (old: String, new: String, found: String)
  ) throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let path = place("run/checkpoint.safetensors")
    var file = try Safetensors(contentsOf: path)
    let state = try #require(file.metadata["lockstep.state"])
    try #require(state.contains(edit.old), "\(state)")
    file.metadata["lockstep.state"] = state.replacingOccurrences(of: edit.old, with: edit.new)
    try write(file, to: path)
    try expectRefused(place("run"), found: edit.found)
  }

  @Test func `a network that the data does not fit is refused`() throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let path = place("run/checkpoint.safetensors")
    let notes = try Checkpoint(contentsOf: path).notes
    let samples = SampleSet(
      inputs: .floats([0, 1, 1, 0]), inputWidth: 2, targets: .classes([0, 1], count: 2), count: 2)
    let network = Architecture(inputs: 2, hidden: [], outputs: 2)
    try Trainer(network, training: samples, workers: 1).writeCheckpoint(to: path, notes: notes)
    try expectRefused(
      place("run"), found: "a network 2-2 for samples of 64 inputs and 3 classes")
  }

  @Test func `epochs of another number of samples are refused`() throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let path = place("run/checkpoint.safetensors")
    let notes = try Checkpoint(contentsOf: path).notes
    let trainer = Trainer(
      Self.network, training: FrontDoorTests.digits.testSamples, settings: Self.settings,
      workers: 1)
    while trainer.reports.isEmpty { _ = try trainer.next() }
    try trainer.writeCheckpoint(to: path, notes: notes)
    try expectRefused(place("run"), found: "epochs of 36 samples, not 120")
  }

  private func expectRefused(_ path: String, found: String) throws {
    let refused = #expect(throws: FileProblem.self) {
      try TrainingRun(
        resuming: RunCheckpoint(ofRun: path), with: FrontDoorTests.digits, workers: 1)
    }
    #expect(refused?.kind == .wrongData && refused?.found == found, "\(refused as Any)")
  }

  /// Writes a file with the checksum of whoever changed it on purpose.
  private func write(_ file: Safetensors, to path: String) throws {
    var file = file
    file.metadata = HeaderMetadata(file.metadata).entriesWithChecksum
    try file.write(to: path)
  }

  /// Numbers that no run leaves behind must not be computed with.
  @Test(arguments: [
    (#""height":8"#, #""height":0"#), (#""height":8"#, #""height":-8"#),
    (#""height":8"#, #""height":4611686018427387904"#), (#""width":8"#, #""width":2147483648"#),
    (#""seconds":0"#, #""seconds":"inf""#), (#""seconds":0"#, #""seconds":-1"#),
    (#""images":0"#, #""images":4611686018427387904"#), (#""workers":2"#, #""workers":-1"#),
    (#""steps":{}"#, #""steps":{"1":4611686018427387904}"#),
    (#""trainCount":120"#, #""trainCount":-1"#),
  ])
  func `a record that no run leaves is refused`(edit: (old: String, new: String)) throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let notes = try RunCheckpoint(ofRun: place("run")).checkpoint.notes
    let text = try #require(notes["run"])
    try #require(text.contains(edit.old), "\(text)")
    let changed = text.replacingOccurrences(of: edit.old, with: edit.new)
    let refused = #expect(throws: FileProblem.self) {
      _ = try RunRecord(notes: ["run": changed], file: "file")
    }
    #expect(refused?.kind == .wrongData)
  }

  @Test(arguments: [
    (#""seconds":0"#, #""seconds":1e15"#), (#""trainingSeconds":0"#, #""trainingSeconds":1e15"#),
    (#""images":0"#, #""images":9007199254740992"#),
    (#""images":0"#, #""images":4503599627370496"#),
    (#""steps":{}"#, #""steps":{"1":1099511627776}"#),
  ])
  func `a run from the largest numbers of a record is resumed again`(
    edit: (old: String, new: String)
  ) throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let path = place("run/checkpoint.safetensors")
    var file = try Safetensors(contentsOf: path)
    let text = try #require(file.metadata["lockstep.note.run"])
    try #require(text.contains(edit.old), "\(text)")
    file.metadata["lockstep.note.run"] = text.replacingOccurrences(of: edit.old, with: edit.new)
    try write(file, to: path)
    do {
      let run = try TrainingRun(
        resuming: RunCheckpoint(ofRun: place("run")), with: FrontDoorTests.digits, workers: 1)
      for _ in 0..<3 { _ = try run.next() }
      #expect(run.suspend().isEmpty)
    }
    let again = try RunCheckpoint(ofRun: place("run"))
    #expect(again.record.status == .interrupted)
  }

  @Test func `the time of an earlier version's record is read`() throws {
    let place = Place()
    do { _ = try run(place("run")) }
    let notes = try RunCheckpoint(ofRun: place("run")).checkpoint.notes
    let text = try #require(notes["run"])
    let begun = try #require(text.firstMatch(of: /"begun":"[^"]*"/)).range
    let record = try RunRecord(
      notes: ["run": text.replacingCharacters(in: begun, with: #""begun":0.5"#)], file: "file")
    #expect(record.begun == Date(timeIntervalSinceReferenceDate: 0.5))
  }
}
