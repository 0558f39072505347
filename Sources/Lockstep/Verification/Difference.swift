import NumberText
import Training

extension Verification {
  /// Where two trainings that should be the same differ first.
  public struct Difference: CustomStringConvertible, Equatable, Sendable {
    /// What differs.
    public enum Place: Equatable, Sendable {
      /// An element of a tensor, by its indices: its value in the training that is verified, and in the
      /// plainest way.
      case element(tensor: String, indices: [Int], found: Float, expected: Float)
      /// The report of an epoch.
      case report(found: EpochReport, expected: EpochReport)
      /// One training is over and the other is not.
      case end
    }

    /// The number of steps after which it was seen.
    public let step: Int
    /// What differs.
    public let place: Place

    init(step: Int, place: Place) {
      self.step = step
      self.place = place
    }

    /// Compares two trainers after the same number of steps; nil where their bits are the same.
    init?(_ trainer: Trainer, _ reference: Trainer) {
      step = trainer.stepsDone
      for (found, expected) in zip(trainer.parameters.tensors(), reference.parameters.tensors()) {
        let index = zip(found.values, expected.values).enumerated().first { _, values in
          values.0.bitPattern != values.1.bitPattern
        }?.offset
        guard let index else { continue }
        place = .element(
          tensor: found.name, indices: Self.indices(of: index, in: found.shape),
          found: found.values[index], expected: expected.values[index])
        return
      }
      guard let found = trainer.reports.last, let expected = reference.reports.last,
        found != expected
      else { return nil }
      place = .report(found: found, expected: expected)
    }

    /// Step, tensor, element and both values in words.
    public var description: String {
      switch place {
      case .element(let tensor, let indices, let found, let expected):
        let element = indices.map { "\($0)" }.joined(separator: ", ")
        return "step \(step), \(tensor)[\(element)]: \(found) instead of \(expected)"
      case .report(let found, let expected):
        return "the report of epoch \(found.epoch): \(found) instead of \(expected)"
      case .end: return "the training ends at another step than \(step)"
      }
    }

    private static func indices(of index: Int, in shape: [Int]) -> [Int] {
      var rest = index
      return shape.reversed().map { extent in
        defer { rest /= extent }
        return rest % extent
      }.reversed()
    }
  }
}

extension Verification.Way: CustomStringConvertible {
  /// The way in words.
  public var description: String {
    switch self {
    case .workers(let count): count == 1 ? "1 worker" : "\(count) workers"
    case .shardRows(let rows): "shards of \(rows) rows"
    case .zerosMultiplied: "zeros multiplied, not skipped"
    case .resumed(let steps):
      "resumed after steps " + steps.map { "\($0)" }.joined(separator: ", ")
    case .evaluated: "evaluated between steps"
    }
  }
}
