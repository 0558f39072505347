import ArgumentParser
import Lecture

struct LectureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lecture",
    abstract: "Run the topics of the course and check their claims; without a topic, list them.",
    discussion: """
      Examples:
        lockstep lecture                                  the topics
        lockstep lecture least-squares                    one of them, also as a2
        lockstep lecture chain-rule --plot graph.dot      its graph, for Graphviz
        lockstep lecture gradcheck runs/…/model.safetensors
        lockstep lecture all --plots lecture              all topics, with their plots
      """,
    subcommands: [LectureAllCommand.self] + topics.map { command(of: $0) } + [TopicList.self],
    defaultSubcommand: TopicList.self)
}

/// Lists the topics; what takes over where no topic is named.
private struct TopicList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "List the topics.", shouldDisplay: false)

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
    var table = Table(["topic", "command", ""], textColumns: 3)
    for topic in topics { table.add([topic.number, topic.name, topic.title]) }
    print(table.lines.joined(separator: "\n"))
    print("\nlockstep lecture COMMAND runs one, lockstep lecture all runs them all.")
  }
}
