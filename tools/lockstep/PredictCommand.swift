import ArgumentParser
import Digits
import Files
import Foundation
import Images
import Lockstep
import Networks
import Training

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify PNG images.",
    usage: "lockstep predict <model> <image> … [<options>]",
    discussion: """
      An image that has the model's size, is light on dark and centred as MNIST's are is used \
      unchanged. Any other image may be a photograph or a scan of one digit and is normalized: \
      uneven paper, ruled lines, frames and dust are dropped, the digit is scaled so that its \
      longer side has 20 of 28 pixels, and its centre of mass is moved to the middle.

      An image that cannot be read or does not show one digit is reported on standard error, and \
      the others are classified.

      Examples:
        lockstep predict model.safetensors digit.png
        lockstep predict model.safetensors scans/*.png --show seen
        lockstep predict model.safetensors digit.png --terminal
      """)

  @Argument(
    help: ArgumentHelp("Model file, checkpoint, or folder of a run.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Argument(
    help: ArgumentHelp("PNG images to classify.", valueName: "image"),
    completion: .file(extensions: ["png"]))
  var images: [String]

  @Option(
    help: ArgumentHelp(
      "Write the images as the network saw them to this folder.", valueName: "folder"),
    completion: .directory)
  var show: String?

  @Flag(help: "Draw the images in the terminal as the network saw them.")
  var terminal = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard !(json && terminal) else {
      throw ValidationError("--json and --terminal exclude each other")
    }
  }

  func run() throws {
    let model = try Model(contentsOfRunOrFile: model)
    guard model.imageSize != nil else {
      throw Model.notTrainedOnImages(file: self.model)
    }
    if let show { try makeFolder(show) }
    var reports: [ImageReport] = []
    var problems: [FileProblem] = []
    for (index, image) in images.enumerated() {
      let seen: GrayImage
      do throws(FileProblem) {
        seen = try model.prepared(try GrayImage(pngFile: image))
      } catch {
        complain(error.description)
        problems.append(error)
        reports.append(.problem(image: image, error.description))
        continue
      }
      if let show { try write(seen, number: index + 1, of: image, to: show) }
      let report = PredictionReport(image: image, model.predict(seen.pixels), model: model)
      reports.append(.prediction(report))
      if !json { print(report.text) }
      if terminal { printPicture(TerminalPicture().lines(ColorImage(seen))) }
    }
    if json { print(jsonText(reports)) }
    if let first = problems.first { throw Unread(first: first) }
  }

  private func write(_ seen: GrayImage, number: Int, of image: String, to folder: String) throws {
    let name = URL(fileURLWithPath: image).deletingPathExtension().lastPathComponent
    try writeDurably(try seen.pngBytes(), to: "\(folder)/\(number)-\(name).png")
  }
}

/// What `--json` says of an image.
private enum ImageReport: Encodable {
  case prediction(PredictionReport)
  case problem(image: String, String)

  private enum CodingKeys: CodingKey { case image, error }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .prediction(let report):
      try report.encode(to: encoder)
    case .problem(let image, let words):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(image, forKey: .image)
      try container.encode(words, forKey: .error)
    }
  }
}

/// The prediction of a network for an image.
private struct PredictionReport: Encodable {
  let image: String
  let name: String
  /// The probability of each class by its name; for squared-error networks the outputs themselves.
  let probabilities: [String: Float]
  private let ranking: [(name: String, probability: Float)]

  private enum CodingKeys: CodingKey { case image, name, probabilities }

  init(image: String, _ prediction: Prediction, model: Model) {
    let names = prediction.probabilities.indices.map(model.name(ofClass:))
    self.image = image
    name = prediction.name
    probabilities = Dictionary(
      zip(names, prediction.probabilities), uniquingKeysWith: { first, _ in first })
    ranking = zip(names, prediction.probabilities).map { ($0, $1) }.sorted { $0.1 > $1.1 }
  }

  var text: String {
    let rest = ranking.prefix(3).map {
      "\($0.name) \(percent(Double($0.probability), decimals: 1))"
    }
    return "\(image): \(name)  (\(rest.joined(separator: ", ")))"
  }
}
