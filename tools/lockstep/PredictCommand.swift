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
    discussion: """
      An image that has the model's size and is light on dark is used unchanged. Any other image \
      is normalized as MNIST's are: a dark-on-light image is inverted, the digit is scaled so that \
      its longer side has 20 of 28 pixels, and its centre of mass is moved to the middle.

      Examples:
        lockstep predict model.safetensors digit.png
        lockstep predict model.safetensors scans/*.png --show seen
      """)

  @Argument(
    help: ArgumentHelp("Model file.", valueName: "model"),
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

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let model = try Model(contentsOf: model)
    guard model.imageSize != nil else {
      throw Model.notTrainedOnImages(file: self.model)
    }
    if let show { try makeFolder(show) }
    var reports: [PredictionReport] = []
    for (index, image) in images.enumerated() {
      let seen = try model.prepared(try GrayImage(pngFile: image))
      if let show { try write(seen, number: index + 1, of: image, to: show) }
      reports.append(PredictionReport(image: image, model.predict(seen.pixels), model: model))
    }
    if json {
      print(jsonText(reports))
    } else {
      for report in reports { print(report.text) }
    }
  }

  private func write(_ seen: GrayImage, number: Int, of image: String, to folder: String) throws {
    let name = URL(fileURLWithPath: image).deletingPathExtension().lastPathComponent
    try writeDurably(try seen.pngBytes(), to: "\(folder)/\(number)-\(name).png")
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
