import Files
import Foundation
import Lockstep
import Testing

@Suite struct TensorBoardEventsTests {
  private static let begun = Date(timeIntervalSince1970: 1_796_000_000)

  /// What TensorBoard's own messages and records make of these epochs: Fixtures/make_events.py.
  private static let fixture = """
    GAAAAAAAAACjf0siCQAAAEAyw9pBGg1icmFpbi5FdmVudDoy+gr/MJAAAAAAAAAAlmM3/QkAAKBAMsPaQRB9KoIBChEKCmxv
    c3MvdHJhaW4VKe0dPwoQCglsb3NzL3Rlc3QVqoKxPgoVCg5hY2N1cmFjeS90cmFpbhW6SUw/ChQKDWFjY3VyYWN5L3Rlc3QV
    L91kPwoUCg1sZWFybmluZ19yYXRlFYMvzD0KGAoRaW1hZ2VzX3Blcl9zZWNvbmQVaGNwSZJl0POdAAAAAAAAAGMXF1AJAAAA
    QTLD2kEQgNDbw/QCKooBChEKCmxvc3MvdHJhaW4VbxKDOgoWCg9sb3NzL3ZhbGlkYXRpb24VAACAfwoVCg5hY2N1cmFjeS90
    cmFpbhUAAIA/ChoKE2FjY3VyYWN5L3ZhbGlkYXRpb24VAAAAPwoUCg1sZWFybmluZ19yYXRlFQAAAAAKFAoNZ3JhZGllbnRf
    bm9ybRUAAIA+Xd65bw==
    """

  private static let lines = [
    #"""
    {"epoch":1,"steps":125,"train_loss":0.6169,"test_loss":0.3467,"train_accuracy":0.798,\#
    "test_accuracy":0.894,"learning_rate":0.0997,"images_per_second":984630.5,"seconds":2.5}
    """#,
    #"""
    {"epoch":2,"steps":100000000000,"train_loss":0.001,"validation_loss":"inf","train_accuracy":1,\#
    "validation_accuracy":0.5,"learning_rate":0,"gradient_norm":0.25,"seconds":1.5}
    """#,
  ]

  private func log() throws -> [LogLine] {
    try Self.lines.map { try decodedJSON(LogLine.self, $0) }
  }

  private func content(_ events: TensorBoardEvents) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: events.path))
  }

  private func expected() throws -> Data {
    try #require(Data(base64Encoded: Self.fixture, options: .ignoreUnknownCharacters))
  }

  private func events(_ place: Place) throws -> TensorBoardEvents {
    try FileManager.default.createDirectory(
      atPath: place("run"), withIntermediateDirectories: true)
    return TensorBoardEvents(folder: place("run"), begun: Self.begun)
  }

  @Test func `epochs are written to the byte as TensorBoard writes them`() throws {
    let place = Place()
    let events = try events(place)
    #expect(events.path.hasSuffix("/run/events.out.tfevents.1796000000.lockstep"))
    try events.resume(at: [], begun: Self.begun)
    let log = try log()
    try events.append(log[0], at: Self.begun.addingTimeInterval(2.5))
    try events.append(log[1], at: Self.begun.addingTimeInterval(4))
    #expect(try content(events) == expected())
  }

  /// A TensorBoard that has the file open must find the new epochs in it.
  @Test func `epochs after the checkpoint are cut off in the same file`() throws {
    let place = Place()
    let events = try events(place)
    try expected().write(to: URL(fileURLWithPath: events.path))
    func number() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: events.path)[.systemFileNumber] as? Int
    }
    let before = try number()
    let log = try log()
    try events.resume(at: [log[0]], begun: Self.begun)
    #expect(try content(events) == expected().prefix(expected().count - 173))
    try events.append(log[1], at: Self.begun.addingTimeInterval(4))
    #expect(try content(events) == expected())
    #expect(try number() == before && before != nil)
  }

  @Test(arguments: [0, 1, 11, 12, 39, 40, 41, 60, 200, 355, 356, 357])
  func `a file that a crash has cut off is whole again`(length: Int) throws {
    let place = Place()
    let events = try events(place)
    try expected().prefix(length).write(to: URL(fileURLWithPath: events.path))
    try events.resume(at: log(), begun: Self.begun)
    // Lost epochs get the time by which their steps were done: here, that of the fixture.
    #expect(try content(events) == expected())
  }

  @Test func `bytes that are no events are replaced`() throws {
    let place = Place()
    let events = try events(place)
    for junk in [
      Data(repeating: 0, count: 100), Data(repeating: 0xFF, count: 100), Data("log".utf8),
    ] {
      try junk.write(to: URL(fileURLWithPath: events.path))
      try events.resume(at: log(), begun: Self.begun)
      #expect(try content(events) == expected())
    }
    var changed = try expected()
    changed[100] ^= 1
    try changed.write(to: URL(fileURLWithPath: events.path))
    try events.resume(at: log(), begun: Self.begun)
    #expect(try content(events) == expected())
  }

  @Test func `a resumed run goes on with its event file`() throws {
    let place = Place()
    func run(_ name: String) throws -> TrainingRun {
      try TrainingRun(
        FrontDoorTests.digits, from: "nowhere",
        Architecture(inputs: 64, hidden: [12], outputs: 3),
        settings: TrainingSettings(epochs: 4, schedule: .constant), in: place(name), workers: 1)
    }
    func size() throws -> Int {
      let names = try FileManager.default.contentsOfDirectory(atPath: place("run"))
      let name = try #require(names.first { $0.contains("tfevents") })
      return try Data(contentsOf: URL(fileURLWithPath: place("run/\(name)"))).count
    }
    do {
      let first = try run("run")
      try first.writeTensorBoardEvents()
      while first.trainer.reports.count < 2 { _ = try first.next() }
      #expect(first.suspend().isEmpty)
      // Two more epochs, which a killed run would have logged after its checkpoint.
      while try first.next() != nil {}
    }
    let whole = try size()
    do {
      let resumed = try TrainingRun(
        resuming: RunCheckpoint(ofRun: place("run")), with: FrontDoorTests.digits, workers: 1)
      #expect(try size() < whole)
      while try resumed.next() != nil {}
      #expect(resumed.finish().problems.isEmpty)
    }
    #expect(try size() == whole)
  }
}
