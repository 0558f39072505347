import ArgumentParser
import Files
import Lecture
import NumberText

struct LectureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lecture",
    abstract: "Run the topics of the course and check their claims; without a topic, list them.",
    discussion: """
      Examples:
        lockstep lecture                                  the topics
        lockstep lecture least-squares                    one of them, also as a2
        lockstep lecture a3 --learning-rate 1.9           with a parameter turned
        lockstep lecture chain-rule --plot graph.dot      its graph, for Graphviz
        lockstep lecture graph "y + exp(x*y)" --let "x=cos(t), y=t^2" --at t=0.7
        lockstep lecture gradcheck runs/…/model.safetensors
        lockstep lecture all --plots lecture              all topics, with their plots
        lockstep lecture --html course.html               all of them as one page to project
      """,
    subcommands: [LectureAllCommand.self] + topics.map { command(of: $0) } + [CourseCommand.self],
    defaultSubcommand: CourseCommand.self)
}

/// Lists the topics, or writes them as a page; what takes over where no topic is named.
private struct CourseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "List the topics, or write the page of the course.",
    shouldDisplay: false)

  @OptionGroup var options: ClassroomOptions

  @Option(
    help: ArgumentHelp("Write the course as one page for a browser.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Flag(help: "List the topics as JSON.")
  var json = false

  @Argument(help: .hidden)
  var unknown: [String] = []

  func run() throws {
    if let name = unknown.first {
      let small = name.lowercased()
      let isKnown = topics.contains { small == $0.name || small == $0.number.lowercased() }
      throw UsageProblem(
        "no topic is called \(name); "
          + (isKnown ? "try lockstep lecture \(small)" : "lockstep lecture lists them"))
    }
    if let html {
      try writeCoursePage(to: html, options)
    } else if json {
      print(jsonText(topics.map(TopicDescription.init)))
    } else {
      var table = Table(["topic", "command", ""], textColumns: 3)
      for topic in topics { table.add([topic.number, topic.name, topic.title]) }
      print(table.lines.joined(separator: "\n"))
      print("\nlockstep lecture COMMAND runs one, lockstep lecture all runs them all.")
    }
  }
}

/// A topic in the list for other programs.
private struct TopicDescription: Encodable {
  let number: String
  let name: String
  let title: String
  let explanation: String
  let formula: String
  let question: String
  let answer: String
  let exercise: String

  init(_ topic: any Topic.Type) {
    number = topic.number
    name = topic.name
    title = topic.title
    explanation = topic.explanation
    formula = topic.formula
    question = topic.question.text
    answer = topic.question.answer
    exercise = topic.exercise
  }
}
