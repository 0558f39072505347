/// Class weights: what a training sample of a class counts in the loss, and so in the gradient. Means are still over
/// the number of samples.
public enum ClassWeights: Equatable, Sendable {
  /// Every class as much as every other: n/(K nₖ) for nₖ of n training samples in one of K classes that occur
  /// (King, Zeng, Logistic regression in rare events data, 2001).
  case balanced
  /// A weight for each class, by its number.
  case given([Double])

  /// The weight of each class; nil where samples have no classes.
  ///
  /// - Parameters:
  ///   - samples: the training set.
  ///   - selection: the samples of it that are trained on.
  /// - Returns: as many weights as classes.
  func weights(_ samples: SampleSet, selection: [Int32]) -> [Float]? {
    guard case .classes(let classes, let count) = samples.targets else { return nil }
    switch self {
    case .given(let weights): return weights.map { Float($0) }
    case .balanced:
      var counts = [Int](repeating: 0, count: count)
      for sample in selection { counts[Int(classes[Int(sample)])] += 1 }
      let present = counts.count { $0 > 0 }
      return counts.map {
        $0 == 0 ? 1 : Float(Double(selection.count) / Double(present * $0))
      }
    }
  }

  /// What is wrong with weights that came from outside, in words; nil for sound ones.
  func validationError() -> String? {
    guard case .given(let weights) = self else { return nil }
    if let weight = weights.first(where: { !($0 >= 0 && Float($0).isFinite) }) {
      return "a class weight of \(weight) is not a number from 0 up"
    }
    return weights.contains { Float($0) > 0 } ? nil : "no class weight is above 0"
  }

  /// What does not fit a network of so many classes, in words; nil where all fits.
  func validationError(classCount: Int) -> String? {
    guard case .given(let weights) = self, weights.count != classCount else { return nil }
    return "\(weights.count) class weights for \(classCount) classes"
  }
}

extension ClassWeights: Codable {
  private static let balancedName = "balanced"

  /// Reads `"balanced"` or a list of numbers.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let name = try? value.decode(String.self) {
      guard name == Self.balancedName else {
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "weights \(name)")
      }
      self = .balanced
    } else {
      self = .given(try value.decode([Double].self))
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .balanced: try value.encode(Self.balancedName)
    case .given(let weights): try value.encode(weights)
    }
  }
}
