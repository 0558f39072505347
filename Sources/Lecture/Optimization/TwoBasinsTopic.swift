import Foundation
import Pictures
import Randomness
import Statistics

/// A7: what noise is good for.
struct TwoBasinsTopic: Topic {
  static let number = "A7"
  static let name = "two-basins"
  static let title = "Noise helps to leave a bad minimum"
  static let explanation = """
    E(w) = (1/N) Σ Lₙ(w) has a shallow minimum, where all runs start, and a deep one. The sample \
    losses are tilted against one another, so a mini-batch sees another slope than the whole: its \
    steps are noisy, more so the smaller it is, and can climb the hill between the two. Batch \
    descent never does.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    let sizes = [1, 2, 4, 8, 16, TiltedWells.count]
    let rates = sizes.enumerated().map { index, size in
      let ends = (0..<Self.trials).map { trial in
        var chance = classroom.chance(UInt32(index * Self.trials + trial))
        return TiltedWells.descend(batchSize: size, using: &chance)
      }
      return (
        size: size,
        better: Proportion(successes: ends.count { $0 < TiltedWells.hill }, trials: Self.trials)
      )
    }
    var shown = Demonstration(.figure(figure(rates)))
    var table = NumberTable(
      "Of \(Self.trials) runs of \(TiltedWells.steps) steps, those that end in the better basin",
      columns: ["|S|"] + Proportion.columns)
    for rate in rates { table.add([.whole(rate.size)] + rate.better.cells) }
    shown.show(table)
    let (one, batch) = (rates[0].better, rates[rates.count - 1].better)
    shown.claim(
      "batch descent stays in the basin that it starts in", found: batch.words,
      holds: batch.successes == 0)
    shown.claim(
      "|S| = 1 leaves it more often than not", found: one.words,
      holds: one.interval.lowerBound > 0.5)
    shown.claim(
      "the intervals of |S| = 1, |S| = 4 and |S| = 16 lie below one another",
      found: [0, 2, 4].map { rates[$0].better.words }.joined(separator: ", "),
      holds: rates[0].better.interval.lowerBound > rates[2].better.interval.upperBound
        && rates[2].better.interval.lowerBound > rates[4].better.interval.upperBound)
    return shown
  }

  private static let trials = 400

  private func figure(_ rates: [(size: Int, better: Proportion)]) -> Figure {
    let w = stride(from: -1.6, through: 1.6001, by: 0.02)
    return Figure(
      title: "Two basins",
      plots: [
        Plot(
          horizontal: Axis("w"), vertical: Axis("loss", range: -0.6...1.2),
          series: [
            Series("E", w.map { Series.Point($0, TiltedWells.value($0)) }),
            Series(
              "two of the Lₙ",
              w.map { Series.Point($0, TiltedWells.value($0) + TiltedWells.tilt * $0) },
              style: .dashedLine,
              color: 4),
            Series(
              nil, w.map { Series.Point($0, TiltedWells.value($0) - TiltedWells.tilt * $0) },
              style: .dashedLine, color: 4),
            Series(
              "start", [Series.Point(TiltedWells.start, TiltedWells.value(TiltedWells.start))],
              style: .points, color: 1),
          ]),
        Plot(
          horizontal: Axis("|S|", scale: .logarithmic),
          vertical: Axis("share that ends in the better basin", range: 0...1),
          series: [
            Series(
              "with 95 % intervals",
              rates.map {
                Series.Point(Double($0.size), $0.better.share, interval: $0.better.interval)
              }, style: .lineAndPoints)
          ]),
      ])
  }
}

/// Lₙ(w) = ¼(w² − 1)² + 0.15 w + aₙw with tilts aₙ that add up to 0.
private enum TiltedWells {
  static let count = 64
  static let steps = 600
  static let start = 0.92
  /// The top between the basins.
  static let hill = 0.155

  static func value(_ w: Double) -> Double { (w * w - 1) * (w * w - 1) / 4 + 0.15 * w }

  /// Where a descent by mini-batches ends: η = 0.15, falling to 0 over the last half.
  ///
  /// A mini-batch is drawn without repetition, so that the whole has no noise.
  static func descend(batchSize: Int, using chance: inout Chance) -> Double {
    var w = start
    var order = Array(0..<count)
    for step in 0..<steps {
      for index in 0..<batchSize where batchSize < count {
        order.swapAt(index, Int.random(in: index..<count, using: &chance))
      }
      // Half of the samples are tilted up, half down.
      let tilts = order.prefix(batchSize).reduce(0) { $0 + ($1.isMultiple(of: 2) ? tilt : -tilt) }
      let slope = w * (w * w - 1) + 0.15 + tilts / Double(batchSize)
      w -= 0.15 * min(1, 2 - 2 * Double(step) / Double(steps)) * slope
    }
    return w
  }

  static let tilt = 1.2
}
