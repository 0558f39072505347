import ArgumentParser
import Lecture
import Networks

/// The topic of the gradient check, for any model.
struct GradcheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: GradientCheck.name, abstract: "\(GradientCheck.number): \(GradientCheck.title)",
    discussion: GradientCheck.explanation, aliases: [GradientCheck.number.lowercased()])

  @Argument(
    help: ArgumentHelp(
      "The model's file; without it a small network that learns first.", valueName: "model"))
  var model: String?

  @OptionGroup var options: TopicOptions

  func run() throws {
    let classroom = options.classroom.make()
    guard let model else {
      try options.show(GradientCheck.demonstrate(in: classroom), of: GradientCheck.self)
      return
    }
    let parameters = try Model(contentsOf: model).parameters
    let count = parameters.architecture.parameterCount
    guard count <= GradientCheck.parameterLimit else {
      throw UsageProblem(
        "\(model) has \(grouped(count)) parameters; the check takes up to "
          + grouped(GradientCheck.parameterLimit))
    }
    try options.show(
      GradientCheck.demonstrate(parameters, in: classroom), of: GradientCheck.self)
  }
}
