import ArgumentParser
import Digits
import Files
import Foundation
import Networks
import Pictures
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

  @Argument(help: ArgumentHelp("Model file.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("PNG images to classify.", valueName: "image"))
  var images: [String]

  @Option(
    help: ArgumentHelp(
      "Write the images as the network saw them to this folder.", valueName: "folder"))
  var show: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let model = try Model(contentsOf: model)
    guard let size = model.imageSize else {
      throw FileProblem(
        .wrongData, file: self.model, place: "metadata lockstep.image",
        expected: "the size of the images that the network reads", found: "none",
        hint: "the network was not trained on images")
    }
    if let show { try makeFolder(show) }
    var predictions: [Prediction] = []
    for (index, image) in images.enumerated() {
      let seen = try asSeen(image, size)
      if let show { try write(seen, number: index + 1, of: image, to: show) }
      predictions.append(Prediction(image: image, seen: seen, model: model))
    }
    if json {
      print(jsonText(predictions))
    } else {
      for prediction in predictions { print(prediction.text) }
    }
  }

  private func asSeen(_ path: String, _ size: Model.ImageSize) throws(FileProblem) -> GrayPicture {
    let picture = try GrayPicture(pngFile: path)
    let fits = picture.height == size.height && picture.width == size.width
    if fits && !picture.isDarkOnLight { return picture }
    return try picture.normalizedAsDigit(height: size.height, width: size.width)
  }

  private func write(_ seen: GrayPicture, number: Int, of image: String, to folder: String) throws {
    let name = URL(fileURLWithPath: image).deletingPathExtension().lastPathComponent
    let picture = GrayImage(width: seen.width, height: seen.height, pixels: seen.pixels)
    try writeDurably(try picture.pngBytes(), to: "\(folder)/\(number)-\(name).png")
  }
}

/// The prediction of a network for an image.
private struct Prediction: Encodable {
  let image: String
  let name: String
  /// The probability of each class by its name; for squared-error networks the outputs themselves.
  let probabilities: [String: Float]
  private let ranking: [(name: String, probability: Float)]

  private enum CodingKeys: CodingKey { case image, name, probabilities }

  init(image: String, seen: GrayPicture, model: Model) {
    let inputs = seen.pixels.map { Float($0) * model.inputScale }
    let outputs = model.parameters.outputs(for: inputs)
    let probabilities = outputs.count == 1 ? [1 - outputs[0], outputs[0]] : outputs
    let names = probabilities.indices.map(model.name(ofClass:))
    self.image = image
    self.probabilities = Dictionary(
      zip(names, probabilities), uniquingKeysWith: { first, _ in first })
    ranking = zip(names, probabilities).map { ($0, $1) }.sorted { $0.1 > $1.1 }
    name = ranking[0].name
  }

  var text: String {
    let rest = ranking.prefix(3).map {
      "\($0.name) \(percent(Double($0.probability), decimals: 1))"
    }
    return "\(image): \(name)  (\(rest.joined(separator: ", ")))"
  }
}
