import ArgumentParser
import Lecture
import Lockstep
import Networks
import NumberText

/// The topic of the gradient check, for any model.
struct GradcheckCommand: TopicRunning {
  static let configuration = CommandConfiguration(
    commandName: GradientCheck.name, abstract: "\(GradientCheck.number): \(GradientCheck.title)",
    discussion: GradientCheck.explanation, aliases: [GradientCheck.number.lowercased()])

  @Argument(
    help: ArgumentHelp(
      "Model file (default: a small network that is trained first).", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String?

  @OptionGroup var options: TopicOptions

  func run() throws {
    try options.show(GradientCheck.self, by: demonstration)
  }

  func demonstration(in classroom: Classroom) throws -> Demonstration {
    guard let model else { return try GradientCheck().demonstrate(in: classroom) }
    return GradientCheck.demonstrate(try parameters(of: model), in: classroom)
  }

  private func parameters(of model: String) throws -> Parameters {
    let parameters = try Model(contentsOfRunOrFile: model).parameters
    let count = parameters.architecture.parameterCount
    guard count <= GradientCheck.parameterLimit else {
      throw UsageProblem(
        "\(model) has \(grouped(count)) parameters; the check takes up to "
          + grouped(GradientCheck.parameterLimit))
    }
    return parameters
  }
}
