import ArgumentParser
import Files
import Images
import Lockstep
import Networks
import NumberText

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Convert the weights of another program to a model file.",
    usage: """
      lockstep import <file> --like <model> --output <file>
      lockstep import <file> --activation <name> --output <file> [<options>]
      """,
    discussion: """
      The file is safetensors. Each layer has a weight [outputs × inputs] and a bias [outputs]. \
      Their names end in .weight and .bias and number the layers, as in layer0.weight, 2.weight \
      or fc1.weight. Elements of F16, BF16 and F64 become 32-bit floats.

      Examples:
        lockstep import changed.safetensors --like runs/one --output new.safetensors
        lockstep import torch.safetensors --activation relu --image 28x28 \\
          --classes 0,1,2,3,4,5,6,7,8,9 --output new.safetensors
        lockstep import other.safetensors --names w0,b0,w1,b1 --activation tanh \\
          --output new.safetensors
      """)

  @Argument(
    help: ArgumentHelp("Safetensors file with the weights.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var file: String

  @Option(help: ArgumentHelp("Model file to write.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Model or run folder with the same network: layers, loss, image size and classes are taken "
        + "from it.", valueName: "model"))
  var like: String?

  @Option(help: "Activation function of the hidden layers.")
  var activation: Activation?

  @Option(help: "Loss function of the network (default: softmax-cross-entropy).")
  var loss: Loss?

  @Option(help: "Activation function of the output layer, for squared-error (default: identity).")
  var outputActivation: Activation?

  @Option(
    help: ArgumentHelp(
      "Size of the input images; without it the inputs are no image.", valueName: "height x width"))
  var image: ImageSize?

  @Option(
    help: ArgumentHelp(
      "Factor from a byte of an image to an input (default: 1/255).", valueName: "factor"))
  var inputScale: Float?

  @Option(
    help: ArgumentHelp("Names of the classes, separated by commas.", valueName: "names"),
    transform: commaSeparated)
  var classes: [String]?

  @Option(
    help: ArgumentHelp(
      "Names of the weight and the bias of each layer in order: w0,b0,w1,b1.",
      valueName: "names"),
    transform: commaSeparated)
  var names: [String]?

  func validate() throws {
    let network: [(option: String, isGiven: Bool)] = [
      ("--activation", activation != nil), ("--loss", loss != nil),
      ("--output-activation", outputActivation != nil), ("--image", image != nil),
      ("--input-scale", inputScale != nil), ("--classes", classes != nil),
    ]
    if like != nil, let other = network.first(where: \.isGiven) {
      throw ValidationError("--like takes the network from a model, without \(other.option)")
    }
    if like == nil && activation == nil {
      throw ValidationError(
        "a file of weights does not tell the network: give --like MODEL or --activation")
    }
    if let names, !names.count.isMultiple(of: 2) {
      throw ValidationError(
        "--names has \(names.count) names, not a weight and a bias for each layer")
    }
    if let inputScale, !inputScale.isFinite {
      throw ValidationError("--input-scale \(inputScale) is not finite")
    }
    if let outputActivation, outputActivation != .identity, loss?.takesLogits ?? true {
      throw ValidationError(
        "\((loss ?? .softmaxCrossEntropy).argument) takes logits, so the output activation is "
          + "identity, not \(outputActivation.rawValue)")
    }
  }

  func run() throws {
    let weights = try ImportedWeights(contentsOf: file, names: names)
    let model =
      if let like {
        try Model(weights, like: Model(contentsOfRunOrFile: like))
      } else {
        try describedModel(weights)
      }
    try model.write(to: output)
    report(model, weights)
  }

  /// A model of the network that the options describe.
  private func describedModel(_ weights: ImportedWeights) throws -> Model {
    let architecture = try weights.architecture(
      activation: activation ?? .relu, outputActivation: outputActivation ?? .identity,
      loss: loss ?? .softmaxCrossEntropy)
    if let image, image.pixelCount != architecture.inputs {
      throw UsageProblem(
        "--image \(image) has \(grouped(image.pixelCount)) pixels, the network "
          + "\(architecture) \(grouped(architecture.inputs)) inputs")
    }
    if let classes, ![architecture.outputs, architecture.classCount].contains(classes.count) {
      throw UsageProblem(
        "--classes has \(classes.count) names, the network \(architecture) "
          + "\(architecture.classCount) classes")
    }
    return Model(
      parameters: try weights.parameters(architecture),
      inputScale: inputScale ?? GrayImage.unitScale, imageSize: image, classNames: classes ?? [])
  }

  private func report(_ model: Model, _ weights: ImportedWeights) {
    let size = model.imageSize.map { "\($0) pixels, byte × \(model.inputScale)" }
    let names = model.classNames.joined(separator: " ")
    let facts: [(String, String?)] = [
      ("file", output), ("network", networkInWords(model.architecture)),
      ("tensors", weights.tensors.map(\.name).joined(separator: " ")),
      ("converted", conversionInWords(weights)),
      ("unused", weights.unusedNames.isEmpty ? nil : weights.unusedNames.joined(separator: " ")),
      ("inputs", size ?? "no image: predict needs the size of one by --image"),
      ("classes", names.isEmpty ? nil : names), ("fingerprint", model.parameters.fingerprint),
    ]
    for (name, value) in facts {
      if let value { print("\(name.rightPadded(to: 12)) \(value)") }
    }
  }

  /// `2 tensors of F16, 2 of F64, which was rounded`; nil where all are floats.
  private func conversionInWords(_ weights: ImportedWeights) -> String? {
    let counts = Safetensors.ElementType.allCases.filter { $0 != .float32 }.compactMap { type in
      let count = weights.tensors.count { $0.storedType == type }
      return count == 0
        ? nil : "\(count) of \(type.rawValue)\(type == .float64 ? " (rounded)" : "")"
    }
    return counts.isEmpty ? nil : "tensors to 32-bit floats: " + counts.joined(separator: ", ")
  }
}

/// The parts of a list that is separated by commas.
@Sendable private func commaSeparated(_ text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
}
