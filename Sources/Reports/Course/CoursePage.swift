import Files
import Lecture
import Lockstep

/// The course as one page to project: every topic with its idea, formula, picture and claims, and
/// with a slider over runs that were made when the page was written.
public struct CoursePage: Sendable {
  /// What one command showed.
  public struct Run: Sendable {
    /// The command, as it is typed.
    public let command: String
    /// Its plots one by one, or its one drawing, as SVG.
    public let pictures: [String]
    /// Whether the picture is one drawing, which a narrow screen scrolls.
    let isWhole: Bool
    /// Its claims, with what was found.
    public let claims: [Claim]
    /// What does not follow from its parameters.
    public let leftOut: [LeftOut]
    /// Its tables.
    let tables: [NumberTable]

    /// What a command showed.
    ///
    /// - Parameters:
    ///   - command: the command with its seed.
    ///   - demonstration: what it computed.
    public init(command: String, _ demonstration: Demonstration) {
      self.command = command
      switch demonstration.illustration {
      case .figure(let figure):
        (pictures, isWhole) = (figure.drawings().map(\.svg), false)
      case .drawing(let drawing):
        (pictures, isWhole) = ([drawing.svg], true)
      }
      claims = demonstration.claims
      leftOut = demonstration.leftOut
      tables = demonstration.parts.compactMap { part in
        if case .table(let table) = part { table } else { nil }
      }
    }
  }

  /// A topic as the course shows it, and turned.
  public struct Lesson: Sendable {
    /// The topic.
    public let topic: any Topic.Type
    /// With the parameters of the course.
    public let run: Run
    /// With each value of the topic's slider, in their order; empty without one.
    public let turned: [Run]

    /// A topic with its runs.
    ///
    /// - Precondition: `turned` has a run for each value of the slider.
    public init(_ topic: any Topic.Type, run: Run, turned: [Run]) {
      precondition(turned.count == topic.slider?.values.count ?? 0, "a run for each value")
      self.topic = topic
      self.run = run
      self.turned = turned
    }
  }

  /// The topics in the order of the course.
  public let lessons: [Lesson]
  /// What stands below: when, where and by what command the page was made.
  public let origin: String

  /// A page of topics.
  public init(_ lessons: [Lesson], origin: String) {
    self.lessons = lessons
    self.origin = origin
  }

  /// How many runs the page shows.
  public var runCount: Int { lessons.reduce(0) { $0 + 1 + $1.turned.count } }

  /// Writes the page, atomically and durably.
  ///
  /// - Parameter path: the file.
  /// - Returns: the size of the file in bytes.
  /// - Throws: `inputOutput` with the system's reason.
  @discardableResult
  public func write(to path: String) throws(FileProblem) -> Int {
    let page = page
    try writeDurably(page, to: path)
    return page.count
  }

  /// The page: one HTML file that holds its styles, its script and all pictures.
  public var page: [UInt8] {
    let style = [
      PackageResources.report_css, PackageResources.print_css, PackageResources.course_css,
    ]
    let scripts = [
      PackageResources.dom_js, PackageResources.theme_js, PackageResources.course_js,
    ]
    return filled(
      PackageResources.course_html,
      with: [
        "style": Array(style.joined()),
        "contents": Array(contents.utf8),
        "topics": Array(topicsInParts.utf8),
        "origin": escaped(origin),
        "version": escaped(lockstepVersion),
        "script": Array("\"use strict\";\n(() => {\n".utf8) + scripts.joined()
          + Array("})();\n".utf8),
      ])
  }

  private func lessons(of part: CoursePart) -> [Lesson] {
    lessons.filter { $0.topic.number.hasPrefix(part.letter) }
  }

  private var shownParts: [CoursePart] { courseParts.filter { !lessons(of: $0).isEmpty } }

  private var contents: String {
    shownParts.map { part in
      let links = lessons(of: part).map { lesson in
        element(
          "li",
          content: element(
            "a", "href=\"#\(lesson.anchor)\"",
            content: element("span", "class=\"number\"", text: lesson.topic.number) + " "
              + element("span", text: lesson.topic.title)))
      }
      return element(
        "div",
        content: element("h2", text: "\(part.letter). \(part.title)")
          + element("ol", content: links.joined(separator: "\n")))
    }.joined(separator: "\n")
  }

  private var topicsInParts: String {
    shownParts.flatMap { part in
      lessons(of: part).map { $0.section(part: part) }
    }.joined(separator: "\n\n")
  }
}
