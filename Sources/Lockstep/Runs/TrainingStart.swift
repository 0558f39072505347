import Digits
import Files
import Networks
import Training

/// The weights of a model, for a training to begin with (fine-tuning).
///
/// With the model's own classes the whole network goes on learning. With others its output layer is drawn anew, with an
/// output for each class of the data.
public struct TrainingStart {
  /// The network to begin with.
  public let parameters: Parameters
  /// Whether the output layer is a new one.
  public let hasNewOutputs: Bool
  /// What the run's record says of the model.
  let record: RunRecord.StartRecord

  /// The network of a model, for a data set.
  ///
  /// - Parameters:
  ///   - model: the model to begin with.
  ///   - path: where it was read from.
  ///   - digits: the data, its images of the model's size.
  ///   - source: where the data was read from, for the error.
  ///   - seed: draws the weights of a new output layer.
  /// - Throws: `wrongData` where images have another size.
  public init(
    _ model: Model, at path: String, for digits: DigitDataset, from source: String, seed: UInt64
  ) throws(FileProblem) {
    let (size, own) = (digits.train.imageSize, model.architecture)
    guard size.pixelCount == own.inputs, model.imageSize.map({ $0 == size }) ?? true else {
      throw FileProblem(
        .wrongData, file: source, place: "image size",
        expected: "\(model.imageSize.map { "\($0)" } ?? "\(own.inputs)") pixels",
        found: "\(size)", hint: "leave out --resize to bring images to the model's size")
    }
    record = RunRecord.StartRecord(path: path, fingerprint: model.parameters.fingerprint)
    let names = model.classNames.isEmpty ? digits.classNames : model.classNames
    hasNewOutputs = digits.classNames != names || digits.classCount != model.classCount
    parameters =
      hasNewOutputs
      ? Parameters(
        own.withOutputs(digits.classCount), seed: seed, hiddenLayersOf: model.parameters)
      : model.parameters
  }
}
