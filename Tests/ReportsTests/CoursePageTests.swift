import Foundation
import Lecture
import Reports
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct CoursePageTests {
  private static func classroom() -> Classroom {
    Classroom(
      seed: 1, workers: 1, elapsedSeconds: { 0 },
      digits: { preconditionFailure("these topics need no digits") })
  }

  /// A page of A3, which has a slider, and C8, which has none.
  private func page() throws -> (page: CoursePage, text: String) {
    let lessons = try ["A3", "C8"].map { number in
      let topic = try #require(topics.first { $0.number == number })
      let shown = try topic.init().demonstrate(in: Self.classroom())
      let run = CoursePage.Run(command: "lockstep lecture <\(number)> & \"more\"", shown)
      return CoursePage.Lesson(
        topic, run: run, turned: topic.slider?.values.map { _ in run } ?? [])
    }
    let page = CoursePage(lessons, origin: "Made </footer> by a test")
    return (page, String(decoding: page.page, as: UTF8.self))
  }

  @Test func `the page has its topics, escapes words, and asks nothing of a network`() throws {
    let (page, text) = try page()
    #expect(page.runCount == 2 + page.lessons[0].turned.count)
    for id in ["a3", "c8"] { #expect(text.contains("id=\"\(id)\"")) }
    #expect(!text.contains("id=\"a4\""))
    #expect(text.contains("lockstep lecture &lt;A3&gt; &amp; &quot;more&quot;"))
    #expect(text.contains("Made &lt;/footer&gt; by a test"))
    #expect(text.contains("default-src 'none'"))
    #expect(!text.contains("@import") && !text.contains("url(") && !text.contains("{{"))
    let addresses = text.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) }
    #expect(!addresses.isEmpty && addresses.allSatisfy { $0.hasPrefix("#") })
  }

  @Test func `a slider's runs are JSON that ends no script`() throws {
    let (page, text) = try page()
    let json = try #require(
      text.components(separatedBy: "class=\"frames\">").last?
        .components(separatedBy: "</script>").first)
    let frames = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    // The macro takes a property of a metatype for one of an instance.
    let ofTopic = page.lessons[0].topic.slider
    let slider = try #require(ofTopic)
    #expect(frames.map { $0["value"] as? String } == slider.values)
    for frame in frames {
      let pictures = try #require(frame["pictures"] as? [String])
      #expect(!pictures.isEmpty)
      for picture in pictures { #expect(XMLParser(data: Data(picture.utf8)).parse()) }
      #expect((frame["claims"] as? [Any])?.isEmpty == false)
    }
    #expect(!json.contains("<"))
  }

  @Test func `every topic's formula has its MathML, which is well-formed`() throws {
    for topic in topics {
      let parts = try #require(
        CoursePage.mathML[topic.formula], "\(topic.number): run tools/formulas")
      #expect(!parts.isEmpty)
      for part in parts {
        #expect(part.hasPrefix("<math"))
        #expect(XMLParser(data: Data(part.utf8)).parse(), "\(topic.number)")
      }
    }
    #expect(Set(CoursePage.mathML.keys) == Set(topics.map { $0.formula }), "run tools/formulas")
  }

  @Test func `every topic has a question with an answer and an exercise with its command`() {
    for topic in topics {
      #expect(topic.question.text.hasSuffix("?"), "\(topic.number)")
      #expect(topic.question.answer.count >= 20, "\(topic.number)")
      #expect(
        topic.exercise.contains(/`lockstep (lecture|train|features|predict)\s/), "\(topic.number)")
    }
  }

  @Test func `sliders have values that differ, of an option`() {
    for slider in topics.compactMap({ $0.slider }) {
      #expect(slider.option.wholeMatch(of: /--[a-z0-9]+(-[a-z0-9]+)*/) != nil)
      #expect((3...16).contains(slider.values.count))
      #expect(Set(slider.values).count == slider.values.count)
      #expect(!slider.title.isEmpty)
    }
  }
}
