import Digits
import Files
import Foundation
import Training

/// Several models that answer together: the mean of their probabilities, class by class.
public struct Ensemble {
  /// The models, the first of which numbers the classes.
  public let members: [Model]

  /// An ensemble of models.
  ///
  /// - Parameters:
  ///   - members: at least one; the order of their classes may differ.
  ///   - paths: where they were read from, for the error.
  /// - Throws: `wrongData` where a model has other classes than the first one, or outputs that are no
  ///   probabilities.
  public init(_ members: [Model], at paths: [String]) throws(FileProblem) {
    precondition(!members.isEmpty && members.count == paths.count, "an ensemble of nothing")
    for (model, path) in zip(members, paths) {
      guard model.architecture.loss.takesLogits else {
        throw FileProblem(
          .wrongData, file: path, expected: "a model with probabilities, to average them",
          found: "outputs of \(model.architecture.loss.argument)")
      }
      let (own, first) = (Self.names(model), Self.names(members[0]))
      guard Set(own) == Set(first) else {
        throw FileProblem(
          .wrongData, file: path, place: "classes",
          expected: first.joined(separator: ", "), found: own.joined(separator: ", "))
      }
    }
    self.members = members
  }

  /// What an ensemble says of labelled images, beside what its members say.
  public struct Result: Sendable {
    /// That of each member, in order.
    public let members: [EvaluationResult]
    /// That of the ensemble: its loss is −log of the mean probability of the right class.
    public let whole: EvaluationResult
  }

  /// Evaluates the ensemble and its members on the same images.
  ///
  /// - Parameters:
  ///   - sets: the images as each member takes them, labelled by its own numbers.
  ///   - workers: the maximum number of threads; it never changes a result.
  /// - Returns: loss, accuracy and predictions by the numbers of the first member.
  public func evaluate(on sets: [DigitSet], workers: Int) -> Result {
    precondition(sets.count == members.count, "\(sets.count) sets for \(members.count) models")
    let (count, first) = (sets[0].count, Self.names(members[0]))
    var sums = [Double](repeating: 0, count: count * first.count)
    var results: [EvaluationResult] = []
    for (model, set) in zip(members, sets) {
      precondition(set.count == count, "sets of different images")
      let samples = model.samples(of: set)
      let numbers = Self.names(model).map { name in first.firstIndex(of: name) ?? 0 }
      let outputs = model.parameters.outputs(for: samples, workers: workers)
      for (image, outputs) in outputs.enumerated() {
        for (own, probability) in model.classProbabilities(outputs).enumerated() {
          sums[image * first.count + numbers[own]] += Double(probability)
        }
      }
      results.append(model.parameters.evaluate(on: samples, workers: workers))
    }
    return Result(members: results, whole: result(of: sums, labels: sets[0].labels))
  }

  private func result(of sums: [Double], labels: [UInt8]) -> EvaluationResult {
    let classes = sums.count / labels.count
    var (loss, correct, predictions) = (0.0, 0, [Int32]())
    for (image, label) in labels.enumerated() {
      let own = sums[image * classes..<(image + 1) * classes]
      // The first of equals.
      let best = own.indices.reduce(own.startIndex) { own[$1] > own[$0] ? $1 : $0 }
      predictions.append(Int32(best - own.startIndex))
      correct += best - own.startIndex == Int(label) ? 1 : 0
      loss -= log(own[own.startIndex + Int(label)] / Double(members.count))
    }
    return EvaluationResult(
      evaluation: Evaluation(
        count: labels.count, loss: loss / Double(labels.count), correctCount: correct),
      predictions: predictions)
  }

  private static func names(_ model: Model) -> [String] {
    (0..<model.classCount).map(model.name(ofClass:))
  }
}
