import Files
import Images
import Kernels
import Networks

/// The first layer's weights at some epochs of a run, in the folder `features`: after epoch n
/// `epoch-<n>.safetensors` with the tensor `layer0.weight` [units × inputs] in bfloat16.
///
/// Rounding to 8 significant bits is finer than the 127 levels of a picture. Of a layer with more than
/// `mostUnits`, the first ones are kept.
public struct KeptFeatures: Sendable {
  static let folderName = "features"
  private static let tensorName = "layer0.weight"

  /// The most units that are kept.
  public static let mostUnits = 1024

  let folder: String

  private var files: NumberedFiles {
    NumberedFiles(folder: folder, word: "epoch-", digitCount: 4)
  }

  /// The epochs whose weights are there, from the first on; 0 is the start of the training.
  public var epochs: [Int] { files.all.map(\.number) }

  /// Keeps the weights of an epoch.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  func add(_ parameters: Parameters, epoch: Int) throws(FileProblem) {
    try makeFolder(folder)
    let layer = parameters.weights(ofLayer: 0)  // [inputs × units]
    let units = min(layer.columns, Self.mostUnits)
    var values: [Float] = []
    values.reserveCapacity(units * layer.rows)
    for unit in 0..<units { for input in 0..<layer.rows { values.append(layer[input, unit]) } }
    let tensor = Safetensors.Tensor(
      name: Self.tensorName, shape: [units, layer.rows], values: values)
    try Safetensors(tensors: [tensor], metadata: ["lockstep.epoch": "\(epoch)"])
      .write(to: files.path(epoch), as: .bfloat16)
  }

  /// Reads the weights of an epoch.
  ///
  /// - Parameters:
  ///   - epoch: one of `epochs`.
  ///   - architecture: the network of the run.
  /// - Throws: what is wrong with the file, or that it is not of this network.
  /// - Returns: [units × inputs], of the layer's first `mostUnits` units.
  public func weights(
    ofEpoch epoch: Int, _ architecture: Architecture
  ) throws(FileProblem) -> [Float] {
    let path = files.path(epoch)
    let file = try Safetensors(contentsOf: path, types: [.bfloat16])
    let shape = [min(architecture.layers[0].outputs, Self.mostUnits), architecture.inputs]
    guard let tensor = file.tensors.first, file.tensors.count == 1,
      tensor.name == Self.tensorName, tensor.shape == shape
    else {
      let found = file.tensors.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
      throw FileProblem(
        .wrongData, file: path, place: "tensors", expected: "\(Self.tensorName) \(shape)",
        found: found.isEmpty ? "none" : found, hint: "the file is of another network")
    }
    return tensor.values
  }

  /// Removes those after an epoch, from which the run goes on.
  func removeAll(after epoch: Int) { files.removeAll(after: epoch) }

  /// Removes the halves of files that a killed process was writing.
  func removeLeftovers() { files.removeLeftovers() }
}
