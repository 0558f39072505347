import ArgumentParser
import Lockstep
import Networks

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model as ONNX, for other programs.",
    usage: "lockstep export <model> --onnx <file>",
    discussion: """
      The ONNX graph takes gray images as bytes [batch, height, width] and scales them itself. A \
      model that was not trained on images takes floats [batch, inputs]. The outputs are \
      probabilities [batch, classes] and, for the cross-entropies, logits.

      Example:
        lockstep export model.safetensors --onnx model.onnx
      """)

  @Argument(
    help: ArgumentHelp("Model file, checkpoint, or folder of a run.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Option(
    help: ArgumentHelp("ONNX file to write (operator set 13).", valueName: "file"),
    completion: .file(extensions: ["onnx"]))
  var onnx: String

  func run() throws {
    let model = try Model(contentsOfRunOrFile: model)
    try model.writeONNX(to: onnx)
    let interface = model.onnxInterface
    print(
      """
      file         \(onnx)
      network      \(networkInWords(model.architecture))
      input        \(interface.input)
      outputs      \(interface.outputs.joined(separator: ", "))
      fingerprint  \(model.parameters.fingerprint)
      """)
  }
}
