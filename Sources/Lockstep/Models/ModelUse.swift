import Digits
import Files
import Images
import Networks
import Training
import Workers

/// What a network says of one image.
public struct Prediction: Equatable, Sendable {
  /// The class that the network names, by its number.
  public let classIndex: Int
  /// What that class is called.
  public let name: String
  /// The probability of each class; of networks with squared error the bare outputs.
  public let probabilities: [Float]
}

extension Model {
  /// Evaluates the model on labelled samples, with all usable processors.
  ///
  /// - Parameter samples: a set that fits the architecture, its inputs on the model's scale.
  /// - Returns: loss, accuracy, and the class that the network names for each sample.
  public func evaluate(on samples: SampleSet) -> EvaluationResult {
    parameters.evaluate(on: samples, workers: AvailableProcessors.read().usable)
  }

  /// Names the digit in an image of the model's size, taken as it is: 0 is the background.
  ///
  /// - Parameter pixels: [height × width], row by row.
  /// - Returns: the most probable class, with the probabilities of all.
  public func predict(_ pixels: some Collection<UInt8>) -> Prediction {
    precondition(
      pixels.count == architecture.inputs,
      "an image of \(pixels.count) pixels for a network of \(architecture.inputs) inputs")
    let outputs = parameters.outputs(for: pixels.map { Float($0) * inputScale })
    return prediction(classProbabilities(outputs))
  }

  /// Names the digit in a picture, which is first prepared as the model's images were.
  ///
  /// - Throws: `wrongData` where the picture does not show one digit.
  /// - Precondition: the model was trained on images.
  public func predict(_ picture: GrayImage) throws(FileProblem) -> Prediction {
    predict(try prepared(picture).pixels)
  }

  /// A picture as the network sees it, by the model's `preparation`.
  ///
  /// - Throws: `wrongData` where the picture does not show one digit.
  /// - Precondition: the model was trained on images.
  public func prepared(_ picture: GrayImage) throws(FileProblem) -> GrayImage {
    guard let preparation else {
      preconditionFailure("a network that was not trained on images reads no picture")
    }
    return try preparation.prepared(picture)
  }

  /// The probabilities of all classes for each sample, with all usable processors; of networks with squared
  /// error the bare outputs.
  ///
  /// - Parameter samples: a set whose inputs fit the architecture; targets do not matter.
  /// - Returns: [samples × classes].
  public func probabilities(for samples: SampleSet) -> [[Float]] {
    parameters.outputs(for: samples, workers: AvailableProcessors.read().usable)
      .map(classProbabilities)
  }

  /// One output tells two classes apart, unless it is a softmax.
  func classProbabilities(_ outputs: [Float]) -> [Float] {
    outputs.count < classCount ? [1 - outputs[0], outputs[0]] : outputs
  }

  private func prediction(_ probabilities: [Float]) -> Prediction {
    let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    return Prediction(classIndex: best, name: name(ofClass: best), probabilities: probabilities)
  }
}
