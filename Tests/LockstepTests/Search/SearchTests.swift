import Files
import Foundation
import Lockstep
import Testing

/// Searches as a program drives them; `SearchCommandTests` kills the command's.
@Suite struct SearchTests {
  private static let digits = FrontDoorTests.digits
  private static let space = SearchSpace([
    SearchSpace.Dimension(option: "hidden", values: .choices(["2", "3", "5"])),
    SearchSpace.Dimension(
      option: "learning-rate",
      values: .range(low: 0.001, high: 0.2, isLogarithmic: true, isWhole: false)),
  ])

  private func record(trials: Int = 9, epochs: Int = 4, workers: Int) -> SearchRecord {
    SearchRecord(
      Self.digits, from: "nowhere", arguments: ["--validation", "30"], space: Self.space, seed: 1,
      plan: SuccessiveHalving(
        trials: trials, epochs: epochs, minEpochs: 1, reductionFactor: 2),
      workers: workers)
  }

  private func trials(_ record: SearchRecord, rate: Double? = nil) throws -> [SearchTrial] {
    try record.values.map { values in
      SearchTrial(
        Architecture(inputs: 64, hidden: [try #require(Int(values[0]))], outputs: 3),
        settings: TrainingSettings(
          epochs: record.plan.rungs[record.plan.rungs.count - 1].epochs, batchSize: 7,
          learningRate: try rate ?? #require(Double(values[1])), validationCount: 30))
    }
  }

  private func search(
    _ path: String, trials count: Int = 9, workers: Int = 2, atOnce: Int? = nil,
    rate: Double? = nil
  ) throws -> Search {
    let record = record(trials: count, workers: workers)
    return try Search(
      record, digits: Self.digits, trials: trials(record, rate: rate), in: path,
      trialsAtOnce: atOnce)
  }

  /// The results of a search, sorted, without their times.
  private func finish(_ search: Search) throws -> (lines: [String], result: Search.Result?) {
    while try search.next() != nil {}
    let result = try search.finish { "lockstep train for trial \($0)" }
    let log = try String(contentsOfFile: search.folder.log, encoding: .utf8)
    let lines = try log.split(separator: "\n").map { line in
      var fields = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      fields["seconds"] = nil
      return String(
        decoding: try JSONSerialization.data(withJSONObject: fields, options: .sortedKeys),
        as: UTF8.self)
    }
    return (lines.sorted(), result)
  }

  @Test func `a search leaves the runs of its trials and tests the best one alone`() throws {
    let place = Place()
    let search = try search(place("search"))
    let (lines, outcome) = try finish(search)
    let result = try #require(outcome)
    #expect(search.record.plan.rungs.map(\.trials) == [9, 4, 2])
    #expect(lines.count == 15)
    #expect(result.problems.isEmpty && result.result.stopReason == .epochs)

    let best = result.best
    #expect(best.command == "lockstep train for trial \(best.trial)")
    #expect(best.test == result.result.test && best.validation.count == 30)
    let model = try Model(contentsOf: "\(search.folder.path)/\(best.model)")
    #expect(model.parameters.fingerprint == best.fingerprint)
    #expect(best.validation == result.run.trainer.reports.last?.validation)
    for trial in 1...9 {
      let run = try RunRecord(contentsOf: search.folder.run(ofTrial: trial).record)
      #expect((run.test != nil) == (trial == best.trial))
      #expect(run.status == (trial == best.trial ? .finished : .interrupted))
    }
    let read = try SearchRecord(contentsOf: search.folder.record)
    #expect(read.status == .finished && read.best?.trial == best.trial)
    #expect(read.values == search.record.values)
  }

  @Test func `workers and the trials at once change no result`() throws {
    let place = Place()
    let expected = try finish(search(place("one"), workers: 1))
    for (workers, atOnce) in [(2, 1), (2, 2), (3, 3), (7, 2), (2, nil)] as [(Int, Int?)] {
      let path = place("\(workers)-\(atOnce ?? 0)")
      let found = try finish(search(path, workers: workers, atOnce: atOnce))
      #expect(found.lines == expected.lines)
      #expect(found.result?.best.fingerprint == expected.result?.best.fingerprint)
      #expect(found.result?.best.trial == expected.result?.best.trial)
    }
  }

  @Test(arguments: [1, 2])
  func `a search that is put aside anywhere ends at the same result`(atOnce: Int) throws {
    let place = Place()
    let whole = try finish(search(place("whole"), trials: 5))
    for pieces in stride(from: 1, to: .max, by: 4) {
      let path = place("stopped-\(atOnce)-\(pieces)")
      do {
        let part = try search(path, trials: 5, atOnce: atOnce)
        part.sliceDuration = .zero
        for _ in 0..<pieces { _ = try part.next() }
        #expect(part.suspend().isEmpty)
      }
      var record = try SearchRecord(contentsOf: path + "/search.json")
      #expect(record.status == .interrupted)
      record.resume(workers: 3)
      let resumed = try Search(
        resuming: SearchFolder(existing: path), record, digits: Self.digits,
        trials: trials(record), trialsAtOnce: 3)
      let wasOver = try resumed.next() == nil
      let found = try finish(resumed)
      #expect(found.lines == whole.lines)
      #expect(found.result?.best.fingerprint == whole.result?.best.fingerprint)
      guard !wasOver else {
        #expect(pieces > 8)
        return
      }
    }
  }

  @Test func `pruning keeps the best trial's checkpoint alone and changes no result`() throws {
    let place = Place()
    let whole = try finish(search(place("whole")))
    let pruned = try search(place("pruned"))
    pruned.prunesCheckpoints = true
    let found = try finish(pruned)
    #expect(found.lines == whole.lines)
    #expect(found.result?.best.fingerprint == whole.result?.best.fingerprint)
    for trial in 1...9 {
      let folder = pruned.folder.run(ofTrial: trial)
      #expect(
        FileManager.default.fileExists(atPath: folder.checkpoint)
          == (trial == found.result?.best.trial))
      #expect(FileManager.default.fileExists(atPath: folder.record))
    }
  }

  @Test func `results that no trial left are not read`() throws {
    let place = Place()
    let whole = try finish(search(place("whole")))
    do {
      let part = try search(place("part"))
      part.sliceDuration = .zero
      _ = try part.next()
      _ = part.suspend()
    }
    let log = LineLog(path: place("part/search.jsonl"))
    let sound = #""epochs":1,"seconds":1,"validation_count":30,"validation_loss":0,"#
    for line in [
      "x", "{}", #"{"trial":99,"rung":1,\#(sound)"validation_hits":30}"#,
      #"{"trial":9,"rung":9,\#(sound)"validation_hits":30}"#,
      #"{"trial":9,"rung":1,\#(sound)"validation_hits":31}"#,
      #"{"trial":9,"rung":1,"epochs":1,"seconds":1}"#, #"{"trial":9,"rung":1,"ep"#,
    ] { try log.append(line) }
    var record = try SearchRecord(contentsOf: place("part/search.json"))
    record.resume(workers: 2)
    let resumed = try Search(
      resuming: SearchFolder(existing: place("part")), record, digits: Self.digits,
      trials: trials(record), trialsAtOnce: 2)
    while try resumed.next() != nil {}
    let found = try resumed.finish { "\($0)" }
    #expect(found?.best.fingerprint == whole.result?.best.fingerprint)
  }

  @Test func `trials whose numbers overflow are lost, and no network is tested if all are`() throws
  {
    let place = Place()
    let (lines, result) = try finish(search(place("lost"), rate: 1e30))
    #expect(result == nil && lines.count == 9)
    #expect(lines.allSatisfy { $0.contains("failure") && !$0.contains("validation_loss") })
    let record = try SearchRecord(contentsOf: place("lost/search.json"))
    #expect(record.status == .failed && record.best == nil)
  }

  @Test func `a folder with a search, or in use, is refused`() throws {
    let place = Place()
    do {
      let first = try search(place("search"))
      #expect(throws: FileProblem.self) { try search(first.folder.path) }
    }
    let refused = #expect(throws: FileProblem.self) { try search(place("search")) }
    #expect(refused?.found == "another search")
  }

  @Test func `other data is refused`() throws {
    let place = Place()
    do { _ = try search(place("search")) }
    let record = try SearchRecord(contentsOf: place("search/search.json"))
    let other = DigitDataset(
      name: "crosses", train: Self.digits.test, test: Self.digits.train,
      classNames: Self.digits.classNames)
    let refused = #expect(throws: FileProblem.self) {
      try Search(
        resuming: SearchFolder(existing: place("search")), record, digits: other,
        trials: trials(record), trialsAtOnce: nil)
    }
    #expect(refused?.kind == .wrongData && refused?.found == "other images or labels")
  }

  @Test func `a record that no search leaves is refused`() throws {
    let place = Place()
    do { _ = try search(place("search")) }
    let path = place("search/search.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for (old, new) in [
      (#""trials" : 9"#, #""trials" : 8"#), (#""trials" : 9"#, #""trials" : 0"#),
      (#""status" : "running""#, #""status" : "finished""#), ("{", "["),
      (#""workers" : 2"#, #""workers" : 0"#),
    ] {
      try #require(text.contains(old), "\(old)")
      try text.replacingOccurrences(of: old, with: new).write(
        toFile: path, atomically: true, encoding: .utf8)
      let refused = #expect(throws: FileProblem.self) { try SearchRecord(contentsOf: path) }
      #expect(refused?.kind == .wrongData)
    }
    let missing = #expect(throws: FileProblem.self) {
      try SearchRecord(contentsOf: place("none/search.json"))
    }
    #expect(missing?.kind == .noInput)
  }
}
