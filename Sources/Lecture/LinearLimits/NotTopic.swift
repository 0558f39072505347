import Networks
import Pictures
import Reference
import Training

/// B1: a function that a line, here a point, separates.
struct NotTopic: Topic {
  static let number = "B1"
  static let name = "not"
  static let title = "NOT is linearly separable"
  static let explanation = """
    A linear classifier says 1 where wx + b > 0. For NOT that has to hold at x = 0 and not at x = 1: \
    b > 0 and w + b ≤ 0, as with w = −1, b = ½. A logistic unit finds such a pair by gradient \
    descent.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let samples = SampleSet(
      inputs: .floats([0, 1]), inputWidth: 1, targets: .classes([1, 0], count: 2), count: 2)
    let trainer = try trainedUnit(samples, epochs: 400, learningRate: 1, seed: classroom.seed)
    let found = trainer.parameters.inOrder
    let units = [("by hand", [-1, 0.5]), ("learned", found)]

    let x = stride(from: -0.5, through: 1.5001, by: 0.01)
    var shown = Demonstration(
      .figure(
        Figure(
          title: "NOT by a linear classifier",
          plots: [
            Plot(
              horizontal: Axis("x"), vertical: Axis("wx + b, σ(wx + b)", range: -1.5...2),
              series: [
                Series("by hand: ½ − x", x.map { Series.Point($0, 0.5 - $0) }),
                Series(
                  "learned: σ(wx + b)",
                  x.map { Series.Point($0, logistic(found[0] * $0 + found[1])) }),
                Series(
                  "NOT", [Series.Point(0, 1), Series.Point(1, 0)], style: .points, color: 6),
              ])
          ])))
    var table = NumberTable("wx + b", columns: ["unit", "w", "b", "at x = 0", "at x = 1"])
    for (name, w) in units {
      table.add(.text(name), .number(w[0]), .number(w[1]), .number(w[1]), .number(w[0] + w[1]))
    }
    shown.show(table)
    shown.claim(
      "w = −1, b = ½ gives 1 at 0 and 0 at 1", found: "½ and −½",
      holds: units[0].1[1] > 0 && units[0].1[0] + units[0].1[1] <= 0)
    shown.claim(
      "a logistic unit learns it", found: "\(hits(trainer, samples)) of 2",
      holds: hits(trainer, samples) == 2 && found[1] > 0 && found[0] + found[1] < 0)
    return shown
  }
}
