import Lockstep
import Files
import ArgumentParser
import Files
import Foundation
import Images
import Networks
import NumberText
import Training

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the layers, settings and fingerprint of a model.")

  @Argument(
    help: ArgumentHelp("Model file, checkpoint, or folder of a run.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let info = ModelInfo(try Model(contentsOfRunOrFile: model), file: model)
    print(json ? jsonText(info) : info.text)
  }
}

/// The output of `info`.
private struct ModelInfo: Encodable {
  let file: String
  let network: String
  let layers: [Architecture.Layer]
  let loss: Loss
  let parameterCount: Int
  let inputScale: Float
  let imageSize: ImageSize?
  let classNames: [String]
  let fingerprint: String
  /// The record of the run that made the model, where it has one.
  let run: RunRecord?
  private let architecture: Architecture

  private enum CodingKeys: CodingKey {
    case file, network, layers, loss, parameterCount, inputScale, imageSize, classNames, fingerprint
    case run
  }

  init(_ model: Model, file: String) {
    self.file = file
    architecture = model.architecture
    network = "\(architecture)"
    layers = architecture.layers
    loss = architecture.loss
    parameterCount = architecture.parameterCount
    inputScale = model.inputScale
    imageSize = model.imageSize
    classNames = model.classNames
    fingerprint = model.parameters.fingerprint
    run = try? RunRecord(notes: model.notes, file: file)
  }

  var text: String {
    var table = Table(["layer", "inputs", "outputs", "activation", "parameters"])
    for (index, layer) in layers.enumerated() {
      let inputs = architecture.inputs(ofLayer: index)
      table.add([
        "\(index + 1)", grouped(inputs), grouped(layer.outputs), layer.activation.rawValue,
        grouped((inputs + 1) * layer.outputs),
      ])
    }
    let size = imageSize.map { "\($0) pixels" } ?? "no image"
    let facts: [(String, String?)] = [
      ("file", file),
      ("network", networkInWords(architecture)),
      ("inputs", "\(size), byte × \(inputScale)"),
      ("classes", classNames.isEmpty ? nil : classNames.joined(separator: " ")),
      ("data", run.map { "\($0.data.name), \(grouped($0.data.trainCount)) images" }),
      (
        "trained",
        run.map {
          "\($0.epochs) epochs, batch \($0.settings.batchSize), seed \($0.settings.seed), \($0.status.rawValue)"
        }
      ),
      ("optimizer", run.map { optimizerInWords($0.settings) }),
      ("test", run?.test.flatMap(\.accuracyInWords)),
      ("fingerprint", fingerprint),
    ]
    let lines = facts.compactMap { name, value in value.map { "\(name.rightPadded(to: 12)) \($0)" }
    }
    return (lines + [""] + table.lines).joined(separator: "\n")
  }
}
