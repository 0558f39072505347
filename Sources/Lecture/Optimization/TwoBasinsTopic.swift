import Foundation
import Networks
import Pictures
import Statistics
import Training

/// A7: what noise is good for.
package struct TwoBasinsTopic: Topic {
  package static let number = "A7"
  package static let name = "two-basins"
  package static let title = "Noise helps to leave a bad minimum"
  package static let explanation = """
    A logistic unit with squared error has a loss with two minima where its samples disagree: 28 of \
    32 ask for w > 0, 4 outliers far out for w < 0; an L² penalty keeps w finite. All runs start \
    where the unit obeys the outliers, near the bad minimum. Batch descent ends in it. A mini-batch \
    sees another slope than the whole: its steps are noisy, more so the smaller it is, and can climb \
    over the saddle into the good basin. \
    The learning rate falls to 0, so that a run stays where it has arrived.

    The trainer takes all steps; of every |S| it runs the same number.
    """
  package static let formula =
    #"E(w, b) = \frac{1}{N} \sum_n \tfrac{1}{2} \bigl(\sigma(w x_n + b) - t_n\bigr)^2 + \tfrac{1}{2} \lambda w^2, \qquad \operatorname{Var}\bigl[\nabla E_S\bigr] \propto \frac{1}{|S|} \cdot \frac{N - |S|}{N - 1}"#
  package static let question = Question(
    "All runs start in the basin of the bad minimum and take the same number of steps. Who gets out: "
      + "batch descent, mini-batches, single samples?",
    answer: """
      Batch descent never: steps as small as these along the whole gradient only go down. With one or two samples a step \
      nearly all runs get out, with four about half, with eight and more none. Noise is no help by itself: it has \
      to fade, or a run leaves the good basin as it came.
      """)
  package static let exercise = """
    Run `lockstep lecture two-basins --learning-rate 1.5` and `4`: the noise of a step is \
    proportional to η, too. Which |S| gets out half of the time?
    """
  package static let slider: Slider? = Slider(
    "mini-batch size |S|", option: "--batch-size", values: ["1", "2", "4", "8", "16", "32"])

  /// |S| of the runs; powers of two, of up to all 32 samples.
  package var batchSizes = [1, 2, 4, 8, 16, 32]
  /// η of the first step.
  package var learningRate = 3.0

  package init() {}

  package var validationError: String? {
    let count = OutlierUnit.samples.count
    if batchSizes.isEmpty || Set(batchSizes).count < batchSizes.count {
      return "batch sizes are one or more different numbers"
    }
    if !batchSizes.allSatisfy({ $0 >= 1 && count.isMultiple(of: $0) }) {
      return "batch sizes divide \(count)"
    }
    return learningRate > 0 && learningRate <= 4 ? nil : "a learning rate is above 0, up to 4"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let rates = try batchSizes.sorted().map { size in
      let ends = try classroom.seeds(Self.trials).map { seed in
        let trainer = trainer(size, seed: seed)
        try trainer.run()
        return trainer.parameters.inOrder
      }
      return Escapes(size: size, ends: ends)
    }
    var shown = Demonstration(.figure(try figure(rates, classroom)))
    var table = NumberTable(
      "Of \(Self.trials) runs of \(Self.steps) steps, those that end in the good basin",
      columns: ["|S|"] + Proportion.columns)
    for rate in rates { table.add([.whole(rate.size)] + rate.escaped.cells) }
    shown.show(table)
    let (bad, saddle, good) = (
      OutlierUnit.badMinimum, OutlierUnit.saddle, OutlierUnit.goodMinimum
    )
    shown.say(
      "The bad minimum is at w = \(significant(bad)), b = 0 with a loss of "
        + "\(significant(OutlierUnit.value([bad, 0]), 4)), the saddle at w = \(significant(saddle)) "
        + "with \(significant(OutlierUnit.value([saddle, 0]), 4)), the good minimum at w = "
        + "\(significant(good)) with \(significant(OutlierUnit.value([good, 0]), 4)).")
    claimStationary(&shown)
    claimBatch(rates, &shown)
    claimNoise(rates, &shown)
    return shown
  }

  private static let trials = 200
  private static let steps = 192

  private func trainer(_ batchSize: Int, seed: UInt64) -> Trainer {
    OutlierUnit.trainer(
      batchSize: batchSize, steps: Self.steps, learningRate: learningRate, seed: seed)
  }

  // MARK: - Claims

  private func claimStationary(_ shown: inout Demonstration) {
    let points = [OutlierUnit.badMinimum, OutlierUnit.saddle, OutlierUnit.goodMinimum]
    let found = points.map { OutlierUnit.trainerGradient($0) }
    shown.claim(
      "the trainer's gradient vanishes at the bad minimum, at the saddle and at the good minimum",
      found: found.map { significant($0.norm, 2) }.joined(separator: ", ")
        + ", rounding allows \(significant(found.map(\.bound).max() ?? 0, 2))",
      holds: found.allSatisfy { $0.norm <= $0.bound })
  }

  private func claimBatch(_ rates: [Escapes], _ shown: inout Demonstration) {
    let statement = "batch descent ends in the bad minimum, from every seed"
    guard let batch = rates.first(where: { $0.size == OutlierUnit.samples.count }) else {
      shown.leaveOut(statement, because: "no run takes all samples in each step")
      return
    }
    let distances = batch.ends.map { distance($0, [OutlierUnit.badMinimum, 0]) }
    // Half a cosine adds up to half the steps of η, along a curvature of 0.05 or more.
    let allowed = 1e-5 + 2 * exp(-0.05 * learningRate * Double(Self.steps) / 2)
    shown.claim(
      statement,
      found: "\(significant(maximum(of: distances), 2)) away at most",
      holds: distances.allSatisfy { $0 <= allowed } && batch.escaped.successes == 0)
  }

  private func claimNoise(_ rates: [Escapes], _ shown: inout Demonstration) {
    let leaves = "|S| = 1 leaves it more often than not"
    if let one = rates.first(where: { $0.size == 1 }), learningRate >= 2 {
      shown.claim(
        leaves, found: one.escaped.words, holds: one.escaped.interval.lowerBound > 0.5)
      let losses = one.ends.filter { $0[0] > OutlierUnit.saddle }.map(OutlierUnit.value)
      let bad = OutlierUnit.value([OutlierUnit.badMinimum, 0])
      let lower = losses.count { $0 < bad }
      shown.claim(
        "nearly all that have left end with a lower loss than the bad minimum has",
        found: "\(lower) of \(losses.count) below \(significant(bad, 3)), the lowest "
          + significant(losses.min() ?? 0, 3), holds: 20 * lower >= 19 * losses.count)
    } else {
      shown.leaveOut(leaves, because: "that takes |S| = 1 and a learning rate of 2 or more")
    }
    let fewer = "the larger |S|, the fewer leave it"
    guard rates.count > 1 else {
      shown.leaveOut(fewer, because: "that takes more than one |S|")
      return
    }
    let shares = rates.map(\.escaped)
    shown.claim(
      fewer,
      found: shares.map { "\($0.successes)" }.joined(separator: ", ") + " of \(Self.trials)",
      holds: zip(shares, shares.dropFirst()).allSatisfy {
        $0.interval.upperBound >= $1.interval.lowerBound
      } && shares[0].successes >= shares[shares.count - 1].successes)
  }

  // MARK: - Figure

  private func figure(_ rates: [Escapes], _ classroom: Classroom) throws -> Figure {
    let sizes = rates.map(\.size)
    // One run of batch descent, and of the smallest |S| one that gets out if any does.
    let smallest = rates[0]
    let seeds = classroom.seeds(Self.trials)
    let chosen = smallest.ends.firstIndex { $0[0] > OutlierUnit.saddle } ?? 0
    let noisy = try path(smallest.size, seed: seeds[chosen])
    let batch = try path(OutlierUnit.samples.count, seed: classroom.seed)
    let good = OutlierUnit.goodMinimum
    return Figure(
      title: "A logistic unit with outliers: a bad and a good minimum",
      plots: [
        map(
          [
            ("|S| = \(smallest.size)", noisy, 1)
          ] + (smallest.size == OutlierUnit.samples.count ? [] : [("|S| = N", batch, 2)])),
        Plot(
          title: "E along b = 0", horizontal: Axis("w", range: -2...6),
          vertical: Axis("E", range: 0...0.25),
          series: [
            Series(
              "E",
              stride(from: -2.0, through: 6.001, by: 0.05).map {
                Series.Point($0, OutlierUnit.value([$0, 0]))
              }),
            Series(
              "ends of |S| = \(smallest.size)",
              smallest.ends.map { Series.Point($0[0], OutlierUnit.value($0)) }, style: .points,
              color: 1),
          ],
          notes: [
            Note(
              "bad", OutlierUnit.badMinimum, OutlierUnit.value([OutlierUnit.badMinimum, 0]),
              side: .below),
            Note("good", good, OutlierUnit.value([good, 0]), side: .below),
          ]),
        Plot(
          title: "Who leaves the bad minimum",
          horizontal: Axis(
            "|S|", scale: .logarithmic, range: 0.8...40,
            ticks: [1, 2, 4, 8, 16, 32].map { Axis.Tick($0, significant($0)) }),
          vertical: Axis("share", range: 0...1),
          series: [
            Series(
              "with 95 % intervals",
              zip(sizes, rates).map {
                Series.Point(
                  Double($0), $1.escaped.share, interval: $1.escaped.interval)
              }, style: rates.count > 1 ? .lineAndPoints : .points)
          ]),
      ])
  }

  private func map(_ paths: [(name: String, path: [[Double]], color: Int)]) -> Plot {
    func height(_ w: [Double]) -> Double { OutlierUnit.value(w) }
    let (bad, saddle) = (OutlierUnit.badMinimum, OutlierUnit.saddle)
    let ridge = height([saddle, 0])
    let good = OutlierUnit.goodMinimum
    return Plot(
      title: "E from above", horizontal: Axis("w"), vertical: Axis("b"), hasEqualAxes: true,
      heatMap: HeatMap(
        "E", cells: 44, horizontal: -2...6, vertical: -3.5...3.5, range: 0.09...0.24,
        contours: [0.1, 0.105, 0.11, 0.12, 0.126, ridge, 0.14, 0.15, 0.17, 0.19, 0.21],
        value: height),
      series: paths.map { name, path, color in
        Series(name, path.map { Series.Point($0[0], $0[1]) }, color: color)
      } + [
        Series(
          nil, [bad, saddle, good].map { Series.Point($0, 0) }, style: .points, color: 4),
        Series(
          "start", [Series.Point(OutlierUnit.start[0], OutlierUnit.start[1])], style: .points,
          color: 6),
      ],
      notes: [
        Note("bad", bad, -0.7, side: .below), Note("saddle", saddle, 0.7, side: .above),
        Note("good", good, -0.5, side: .below),
      ])
  }

  /// (w, b) at the start and after each step.
  private func path(_ batchSize: Int, seed: UInt64) throws -> [[Double]] {
    let trainer = trainer(batchSize, seed: seed)
    var path = [trainer.parameters.inOrder]
    while let event = try trainer.next(stepLimit: 1) {
      if case .progress = event { path.append(trainer.parameters.inOrder) }
    }
    return path
  }
}

/// The runs of one |S|.
private struct Escapes {
  let size: Int
  /// (w, b) at the ends.
  let ends: [[Double]]

  /// How many ended past the saddle.
  var escaped: Proportion {
    Proportion(successes: ends.count { $0[0] > OutlierUnit.saddle }, trials: ends.count)
  }
}
