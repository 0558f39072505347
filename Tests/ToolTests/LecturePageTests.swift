import Foundation
import Testing
import TestSupport

/// The page of the lecture goes with what the command does.
@Suite struct LecturePageTests {
  /// The page, from the package's folder.
  static let page = "docs/lecture.md"
  private static let pictures = "docs/lecture"

  /// The pictures with measured times, which are a little different on every run.
  private static let measured = ["a6-sgd.svg", "a8-data-parallelism.svg", "d6-cost.svg"]

  /// A topic as the command lists it.
  private struct Topic: Equatable {
    let number: String
    let name: String
    let title: String

    var picture: String { "\(number.lowercased())-\(name).svg" }
  }

  private func listedTopics() throws -> [Topic] {
    let listed = try lockstep("lecture")
    try #require(listed.status == 0, "\(listed.errors)")
    return listed.output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, words[0].contains(/^[A-D][0-9]+$/) else { return nil }
      return Topic(
        number: String(words[0]), name: String(words[1]),
        title: words[2].trimmingCharacters(in: .whitespaces))
    }
  }

  /// The parts of the page with a heading of the third degree, which topics have.
  private func sections() throws -> [(heading: String, text: String)] {
    let text = try String(
      contentsOf: packageRoot.appendingPathComponent(Self.page), encoding: .utf8)
    return text.components(separatedBy: "\n### ").dropFirst().map { section in
      let lines = section.components(separatedBy: "\n## ")[0].split(separator: "\n", maxSplits: 1)
      return (String(lines[0]), lines.count > 1 ? String(lines[1]) : "")
    }
  }

  @Test func `every topic has one section in the order of the course`() throws {
    let topics = try listedTopics()
    #expect(topics.count >= 28)
    #expect(try sections().map(\.heading) == topics.map { "\($0.number). \($0.title)" })
  }

  @Test func `every section has its command, picture and code`() throws {
    let docs = packageRoot.appendingPathComponent("docs")
    for (topic, (_, text)) in zip(try listedTopics(), try sections()) {
      let command = "```sh\nlockstep lecture \(topic.name) --plot \(topic.number.lowercased()).svg"
      #expect(text.contains(command), "\(topic.number)")
      let shown = text.matches(of: /!\[([^\]]+)\]\(([^)]+)\)/)
      #expect(shown.map { String($0.2) } == ["lecture/\(topic.picture)"])
      #expect(shown.allSatisfy { $0.1.count > 30 }, "\(topic.number): words for who cannot see it")

      let files = text.matches(of: /\]\((\.\.\/[^)]+)\)/).map {
        docs.appendingPathComponent(String($0.1)).standardizedFileURL
      }
      let codes = files.map { try? String(contentsOf: $0, encoding: .utf8) }
      #expect(!codes.contains(nil), "\(topic.number): \(files)")
      #expect(
        codes.contains { $0?.contains("static let number = \"\(topic.number)\"") ?? false },
        "\(topic.number): the topic's own file")
      #expect(
        files.contains { !$0.path.contains("/Sources/Lecture/") },
        "\(topic.number): the code that it shows")
    }
  }

  @Test func `every section has its topic's question with the answer, and its exercise`() throws {
    struct Described: Decodable {
      let number: String
      let question: String
      let answer: String
      let exercise: String
    }
    func words(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let topics = try JSONDecoder().decode(
      [Described].self, from: Data(lockstep("lecture", "--json").output.utf8))
    for (topic, (_, text)) in zip(topics, try sections()) {
      let section = words(text)
      #expect(
        section.contains(words("- **Predict**: \(topic.question) *\(topic.answer)*")),
        "\(topic.number)")
      #expect(section.contains(words("- **Exercise**: \(topic.exercise)")), "\(topic.number)")
    }
  }

  @Test func `every slide's line names topics that there are`() throws {
    let text = try String(
      contentsOf: packageRoot.appendingPathComponent(Self.page), encoding: .utf8)
    let table = try #require(
      text.components(separatedBy: "| the slide says | topic |").last?
        .components(separatedBy: "\n\n").first)
    let rows = table.split(separator: "\n").dropFirst()
    let named = rows.flatMap { row in
      row.matches(of: /[A-D][0-9]+/).map { String($0.0) }
    }
    #expect(rows.count >= 40)
    #expect(Set(named) == Set(try listedTopics().map(\.number)))
  }

  @Test func `the pictures are those of the topics, and small`() throws {
    let folder = packageRoot.appendingPathComponent(Self.pictures)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(try files.sorted() == listedTopics().map(\.picture).sorted())
    let sizes = try files.map { try Data(contentsOf: folder.appendingPathComponent($0)).count }
    #expect(sizes.reduce(0, +) < 2_500_000)
  }

  /// Checks that the committed pictures are those that the page's commands have made.
  ///
  /// - Parameter folder: where the commands ran.
  /// - Throws: what reading a picture throws, or a failed requirement where there are no pictures.
  static func expectCommittedPictures(in folder: URL) throws {
    func text(_ name: String, in root: URL) throws -> String {
      try String(
        contentsOf: root.appendingPathComponent(pictures).appendingPathComponent(name),
        encoding: .utf8)
    }
    let names = try FileManager.default.contentsOfDirectory(
      atPath: packageRoot.appendingPathComponent(pictures).path)
    try #require(!names.isEmpty)
    for name in names {
      let (made, committed) = (try text(name, in: folder), try text(name, in: packageRoot))
      if measured.contains(name) {
        func title(_ svg: String) -> Substring? { svg.firstMatch(of: /<title>.+<\/title>/)?.0 }
        #expect(title(committed) != nil && title(made) == title(committed), "\(name)")
      } else {
        #expect(
          made == committed,
          "\(name) is old: lockstep lecture all --plots \(pictures) makes it anew")
      }
    }
  }
}
