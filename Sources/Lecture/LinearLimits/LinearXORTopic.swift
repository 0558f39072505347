import Networks
import Pictures
import Training

/// B2: a function that no line separates.
struct LinearXORTopic: Topic {
  static let number = "B2"
  static let name = "xor-linear"
  static let title = "XOR is not linearly separable"
  static let explanation = """
    XOR would need b ≤ 0, w₁ + b > 0, w₂ + b > 0 and w₁ + w₂ + b ≤ 0. The two in the middle add up \
    to w₁ + w₂ + 2b > 0, the outer two to w₁ + w₂ + 2b ≤ 0: a contradiction. So at most 3 of 4 \
    points are right, by whatever training.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let patterns = (0..<16).map { bits in
      LogicFunction(values: (0..<4).map { bits >> $0 & 1 })
    }
    let separable = patterns.filter { witness($0) != nil }
    let impossible = patterns.filter { isContradiction($0) }
    let samples = LogicFunction.xor.samples()
    let trainers = try classroom.seeds(100).map {
      try trainedUnit(samples, epochs: 300, learningRate: 1, seed: $0)
    }
    let counts = trainers.map { hits($0, samples) }
    let best = zip(trainers, counts).max { $0.1 < $1.1 }?.0 ?? trainers[0]

    var shown = Demonstration(.figure(figure(best)))
    var table = NumberTable(
      "Which of the 16 functions of two values are separable",
      columns: ["at 00 01 10 11", "w₁", "w₂", "b", "separable"])
    for pattern in patterns where pattern.values[0] == 0 {
      let name = pattern.values.map(String.init).joined(separator: "  ")
      if let w = witness(pattern) {
        table.add(.text(name), .number(w[0]), .number(w[1]), .number(w[2]), "yes")
      } else {
        table.add(.text(name), "–", "–", "–", "no")
      }
    }
    shown.show(table)
    shown.say(
      "The other eight are these with 0 and 1 exchanged. Of 100 logistic units, "
        + (0...4).map { hits in "\(counts.count { $0 == hits }) got \(hits)" }
        .joined(separator: ", ") + " of the 4 points of XOR right.")
    shown.claim(
      "14 of the 16 sign patterns are separable, with weights at hand for each",
      found: "\(separable.count)", holds: separable.count == 14)
    shown.claim(
      "the two others, XOR and its opposite, contradict themselves",
      found: impossible.map { $0.values.map(String.init).joined() }.joined(separator: " and "),
      holds: impossible.map(\.values) == [[0, 1, 1, 0], [1, 0, 0, 1]]
        && separable.count + impossible.count == 16)
    shown.claim(
      "no logistic unit learns more than 3 of 4 points, from 100 seeds",
      found: "at most \(counts.max() ?? 0)", holds: (counts.max() ?? 4) <= 3)
    let three = patterns.filter { pattern in
      zip(pattern.values, LogicFunction.xor.values).count { $0 == $1 } == 3
    }
    shown.claim(
      "3 of 4 can be had: every pattern that differs in one point is separable",
      found: "\(three.count { witness($0) != nil }) of \(three.count)",
      holds: three.allSatisfy { witness($0) != nil })
    return shown
  }

  /// w₁, w₂, b that separate a function, from a grid on which every separable one has some.
  private func witness(_ function: LogicFunction) -> [Double]? {
    for w1 in -2...2 {
      for w2 in -2...2 {
        for halves in -5...5 {
          let w = [Double(w1), Double(w2), Double(halves) / 2]
          let isRight = zip(LogicFunction.points, function.values).allSatisfy { point, value in
            (w[0] * point[0] + w[1] * point[1] + w[2] > 0) == (value == 1)
          }
          if isRight { return w }
        }
      }
    }
    return nil
  }

  /// Whether the middle of the points with 1 is the middle of those with 0: then wᵀx + b would have
  /// to be above 0 and not above 0 there.
  private func isContradiction(_ function: LogicFunction) -> Bool {
    func middle(_ value: Int) -> [Double]? {
      let points = zip(LogicFunction.points, function.values).filter { $0.1 == value }.map(\.0)
      guard !points.isEmpty else { return nil }
      return [0, 1].map { j in points.reduce(0) { $0 + $1[j] } / Double(points.count) }
    }
    guard let ones = middle(1), let zeros = middle(0) else { return false }
    return ones == zeros
  }

  private func figure(_ best: Trainer) -> Figure {
    Figure(
      title: "XOR and lines",
      plots: [
        LogicFunction.xor.plot("x₁ + x₂ > ½: 3 of 4", hasSteps: true) {
          $0[0] + $0[1] > 0.5 ? 1 : 0
        },
        LogicFunction.xor.plot("A trained logistic unit") { best.parameters.output($0) },
      ])
  }
}
