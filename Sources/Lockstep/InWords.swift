import Images
import Networks
import Training

// Settings in words, as the command, comparisons and pages show them.

extension Loss {
  /// The name of the field: `softmax-cross-entropy`.
  package var argument: String {
    rawValue.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
  }
}

extension LearningRateSchedule {
  /// The course of the learning rate: `cosine`, or `times 0.1 every 10 epochs`.
  package var inWords: String {
    switch self {
    case .constant: "constant"
    case .step(let epochs, let factor): "times \(factor) every \(epochs) epochs"
    case .exponential(let factor): "times \(factor) every epoch"
    case .inverseTime(let decay): "divided by 1 + \(decay) · epochs"
    case .cosine: "cosine"
    case .oneCycle: "one-cycle"
    case .onPlateau(let factor, let patience):
      "times \(factor) after \(patience) epochs without improvement"
    }
  }
}

extension Precision {
  /// The element type of products: `float`, `bfloat16`, or `bfloat16 by the matrix unit`.
  package var inWords: String {
    switch self {
    case .float: "float"
    case .bf16: "bfloat16"
    case .bf16Matrix: "bfloat16 by the matrix unit"
    }
  }
}

extension Regularization {
  /// What is switched on, by the names of the field.
  fileprivate var inWords: [(name: String, value: String?)] {
    [
      ("dropout", dropout > 0 ? "\(dropout)" : nil),
      ("input dropout", inputDropout > 0 ? "\(inputDropout)" : nil),
      ("max norm", maxNorm.map { "\($0)" }),
      ("label smoothing", labelSmoothing > 0 ? "\(labelSmoothing)" : nil),
    ]
  }
}

extension TrainingSettings {
  /// What is switched on beside the optimizer and the schedule, by the names of the field.
  package var switchedOn: [(name: String, value: String)] {
    let all =
      regularization.inWords + augmentation.inWords + [
        ("class weights", classWeights?.inWords), ("clip norm", clipNorm.map { "\($0)" }),
        ("average", averageDecay.map { "\($0)" }),
      ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }

  /// The options of `lockstep train` for what is switched on, without the dashes.
  package var switchedOnOptions: [(name: String, value: String)] {
    switchedOn.map { ($0.name.replacing(" ", with: "-"), $0.value) }
  }
}

extension ClassWeights {
  /// `balanced`, or the weights: `1.0,2.5`.
  package var inWords: String {
    switch self {
    case .balanced: "balanced"
    case .given(let weights): weights.map { "\($0)" }.joined(separator: ",")
    }
  }
}

extension Augmentation {
  /// The strengths of the distortions that are switched on, by the names of the options.
  package var inWords: [(name: String, value: String?)] {
    func word(_ strength: Double) -> String? { strength > 0 ? "\(strength)" : nil }
    return [
      ("rotation", word(rotation)), ("scale", word(scale)), ("shear", word(shear)),
      ("shift", word(shift)), ("elastic alpha", word(elasticAlpha)),
      ("elastic sigma", word(elasticAlpha > 0 ? elasticSigma : 0)),
    ]
  }
}

extension Preparation {
  /// `dark ink on light paper, inverted; levels 20 to 235 brought to 0 to 255`; nil where the pixels stay
  /// as they are.
  package var levelsInWords: String? {
    guard !keepsLevels else { return nil }
    let polarity = isDarkOnLight ? "dark ink on light paper, inverted" : nil
    let levels =
      background > 0 || ink < 255 ? "levels \(background) to \(ink) brought to 0 to 255" : nil
    return [polarity, levels].compactMap(\.self).joined(separator: "; ")
  }
}
