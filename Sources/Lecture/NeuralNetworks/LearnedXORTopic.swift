import Foundation
import Kernels
import Networks
import Pictures
import Reference
import Statistics
import Training

/// C9: from thresholds to units that can learn.
package struct LearnedXORTopic: Topic {
  package static let number = "C9"
  package static let name = "xor-learned"
  package static let title = "σ(x), σ(5x), … and XOR learned"
  package static let explanation = """
    Scaled weights turn the logistic unit into a threshold: σ(sx) → 1[x > 0], with a gap of \
    1/(1 + e^{s|x|}). But unlike the threshold it has a derivative, so the trainer teaches XOR to \
    networks of logistic units by gradient descent. Not from every start: some are stuck after a \
    thousand epochs, fewer with more hidden units. What learning does is to move the four points in the hidden layer \
    until a line separates them there.
    """
  package static let formula = #"""
    \sigma(sx) \to 1[x > 0] \;\; (s \to \infty), \qquad y = \sigma(v^\top \sigma(W x + b) + c)
    """#
  package static let question = Question(
    "At the start the four points in the plane of h₁ and h₂ form a small, crooked square. What has "
      + "training to do with it before the output unit can separate them?",
    answer: """
      Fold it: the two points of one value have to come together, or a corner has to be turned over, \
      so that no longer the two diagonals cross. The border in the plane of x₁ and x₂ hardly moves \
      for many epochs and then falls into place quickly.
      """)
  package static let exercise = """
    Find the epoch from which all four points are right: `lockstep lecture xor-learned --epochs 40 \
    --plot c9.svg`, then more or fewer.
    """
  package static let slider: Slider? = Slider(
    "epochs", option: "--epochs",
    values: ["1", "10", "20", "40", "60", "80", "100", "150", "300", "1000"])

  /// Epochs of each training, on the four points.
  package var epochs = 1000
  /// η of batches of all four points.
  package var learningRate = 1.0
  /// The numbers of hidden units.
  package var hidden = [0, 2, 3, 4, 8]

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 5000) ?? learningRateError(learningRate, limit: 4)
      ?? ((1...6).contains(hidden.count) && hidden.allSatisfy { (0...64).contains($0) }
        && Set(hidden).count == hidden.count
        ? nil : "one to six different numbers of hidden units are tried, up to 64")
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let samples = LogicFunction.xor.samples()
    let training = XORTraining(epochs: epochs, learningRate: learningRate)
    let seeds = classroom.seeds(XORRuns.count)
    let runs = try hidden.map { try XORRuns(hidden: $0, batchSize: 4, training, samples, seeds) }
    let single = try XORRuns(hidden: 4, batchSize: 1, training, samples, seeds)
    let story = try XORStory(training, samples, seeds)

    var shown = Demonstration(.figure(figure(runs, story)))
    var table = NumberTable(
      "The unit σ(sx) and the threshold: at x = \(Self.edge)",
      columns: ["s", "1 − σ(sx)", "1/(1 + exp(sx))"])
    for scale in Self.scales {
      table.add(
        .number(scale), .number(gap(scale), digits: 3),
        .number(logistic(-scale * Self.edge), digits: 3))
    }
    shown.show(table)
    var second = NumberTable(
      "All four points right after \(epochs) epochs, \(XORRuns.count) seeds",
      columns: ["hidden units", "|S|"] + Proportion.columns)
    for run in runs + [single] {
      second.add([.whole(run.hidden), .whole(run.batchSize)] + run.success.cells)
    }
    shown.show(second)
    shown.show(story.table)

    claimUnit(&shown)
    claimRates(runs, single, &shown)
    claimHiddenLayer(story, &shown)
    return shown
  }

  private static let scales = [1.0, 5, 20, 100]
  private static let edge = 0.25

  /// A logistic unit y = σ(sx).
  private func unit(_ scale: Double) -> Parameters {
    Parameters.unit(.logistic, weights: [scale], bias: 0)
  }

  private func gap(_ scale: Double) -> Double { 1 - unit(scale).output([Self.edge]) }

  private func claimUnit(_ shown: inout Demonstration) {
    let gaps = Self.scales.map(gap)
    shown.claim(
      "the gap to the threshold is 1/(1 + e^{sx}) and vanishes with s",
      found: gaps.map { significant($0, 2) }.joined(separator: ", "),
      // y itself is rounded to 3 ulps of 1.
      holds: zip(gaps, Self.scales).allSatisfy {
        abs($0 - logistic(-$1 * Self.edge)) <= 6 * roundoff
      } && (gaps.last ?? 1) < 1e-6)
    // dσ(sx)/dx = s φ′(sx), with φ′ as the trainer multiplies it into an error signal.
    let x = stride(from: -1.0, through: 1.0001, by: 0.125).map { $0 }
    let largest = Self.scales.map { scale in
      let slopes = Activation.logistic.networkSlopes(x.map { scale * $0 })
      return maximum(
        of: zip(x, slopes).map { place, slope in
          let y = logistic(scale * place)
          return abs(slope - y * logistic(-scale * place))
        })
    }
    shown.claim(
      "and it has a derivative, s y(1 − y), on the trainer's way back",
      found: "largest difference of y(1 − y) \(significant(maximum(of: largest), 2))",
      // y with 3 ulps of up to 1 in y(1 − y), and three roundings.
      holds: maximum(of: largest) <= 12 * roundoff)
  }

  private func claimRates(
    _ runs: [XORRuns], _ single: XORRuns, _ shown: inout Demonstration
  ) {
    let reached = epochs >= 1000 && learningRate == 1
    func claim(
      _ statement: String, _ run: XORRuns?, whatever: Bool = false, _ holds: (Proportion) -> Bool
    ) {
      guard let run else {
        return shown.leaveOut(statement, because: "that number of units is not tried")
      }
      guard reached || whatever else {
        return shown.leaveOut(
          statement,
          because: "\(run.success.words) after \(epochs) epochs with η = "
            + "\(significant(learningRate)); the rates are those of 1000 with η = 1")
      }
      shown.claim(statement, found: run.success.words, holds: holds(run.success))
    }
    func run(_ hidden: Int) -> XORRuns? { runs.first { $0.hidden == hidden } }
    claim("without hidden units no seed learns XOR", run(0), whatever: true) {
      $0.successes == 0
    }
    claim("two hidden units learn it from most seeds, not from all", run(2)) {
      $0.interval.lowerBound > 0.5 && $0.successes < XORRuns.count
    }
    claim("eight hidden units learn it from at least 95 % of the seeds", run(8)) {
      $0.share >= 0.95
    }
    claim("one sample a step learns it too", single) { $0.interval.lowerBound > 0.5 }
  }

  private func claimHiddenLayer(_ story: XORStory, _ shown: inout Demonstration) {
    shown.claim(
      "before training no line separates the four points in the plane of h₁ and h₂",
      found: story.isSeparable(story.start) ? "one does" : "the two diagonals cross",
      holds: !story.isSeparable(story.start))
    let statement = "after training the output unit's line does, in a hidden layer of two units"
    guard epochs >= 1000 && learningRate == 1 else {
      return shown.leaveOut(
        statement,
        because: "\(epochs) epochs with η = \(significant(learningRate)) need not be enough; here "
          + (story.isSeparable(story.end) ? "a line does" : "none does yet"))
    }
    shown.claim(
      statement, found: "\(story.hits) of 4, and no diagonals cross",
      holds: story.hits == 4 && story.isSeparable(story.end))
  }

  private func figure(_ runs: [XORRuns], _ story: XORStory) -> Figure {
    let x = stride(from: -1.0, through: 1.0001, by: 0.01)
    return Figure(
      title: "From the threshold to learning",
      plots: [
        Plot(
          title: "σ(sx)", horizontal: Axis("x"), vertical: Axis("y"),
          series: Self.scales.map { scale in
            let unit = unit(scale)
            return Series("s = \(Int(scale))", x.map { Series.Point($0, unit.output([$0])) })
          }),
        LogicFunction.xor.plot("A 2-2-1 network, \(epochs) \(epochs == 1 ? "epoch" : "epochs")") {
          story.end.output($0)
        },
        Plot(
          title: "Rate of success", horizontal: Axis("hidden units"),
          vertical: Axis("share of \(XORRuns.count) seeds", range: 0...1),
          series: [
            Series(
              "with 95 % intervals",
              runs.map {
                Series.Point(
                  Double($0.hidden), $0.success.share, interval: $0.success.interval)
              }, style: .lineAndPoints)
          ]),
        story.plot("Hidden layer at the start", story.start),
        story.plot("Hidden layer, \(epochs) \(epochs == 1 ? "epoch" : "epochs")", story.end),
        story.lossPlot,
      ])
  }
}
