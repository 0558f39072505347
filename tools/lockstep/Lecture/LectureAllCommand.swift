import ArgumentParser
import Files
import Lecture
import NumberText

struct LectureAllCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "Run every topic and check its claims.")

  @OptionGroup var options: ClassroomOptions

  @Option(
    help: ArgumentHelp(
      "Write the plot of every topic to this folder, as SVG.", valueName: "folder"),
    completion: .directory)
  var plots: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if let plots { try makeFolder(plots) }
    let paths = topics.map { topic in
      plots.flatMap { PlotPath(argument: "\($0)/\(topic.number.lowercased())-\(topic.name).svg") }
    }
    for (path, topic) in zip(paths, topics) { try path?.refuseUnfit(for: topic) }
    let classroom = options.make()
    var reports: [TopicReport] = []
    for (path, topic) in zip(paths, topics) {
      let before = classroom.elapsedSeconds()
      let demonstration = try topic.init().demonstrate(in: classroom)
      let seconds = classroom.elapsedSeconds() - before
      try path?.write(demonstration)
      let report = TopicReport(topic, demonstration, seed: options.seed)
      reports.append(report)
      if !json {
        print("\(topic.number)  \(topic.title) (\(fixed(seconds, 1)) s)")
        print(report.claimsText(width: pageWidth) + "\n")
      }
    }

    let claims = reports.flatMap(\.claims)
    let failed = claims.count { !$0.holds }
    if json {
      print(jsonText(reports))
    } else {
      print(
        "\(claims.count - failed) of \(claims.count) claims hold, \(topics.count) topics in "
          + "\(fixed(classroom.elapsedSeconds(), 1)) s")
    }
    if failed > 0 { throw ClaimsFailed(count: failed) }
  }
}
