import Foundation
import Networks
import Pictures
import Scaling
import Statistics
import Training

/// The measured times of the trainer's steps by the number of workers.
struct StepTimes {
  static let architecture = Architecture(inputs: 784, hidden: [128], outputs: 10)
  static let rounds = 7

  private let times: ScalingTimes
  private let law: AmdahlLaw?

  init(
    _ workerCounts: [Int], batchSize: Int, _ train: SampleSet, _ classroom: Classroom
  ) {
    let settings = TrainingSettings(
      epochs: 100_000, batchSize: batchSize, schedule: .constant, seed: classroom.seed)
    let trainers = workerCounts.map { workers in
      Trainer(
        parameters: Parameters(Self.architecture, seed: classroom.seed), training: train, test: nil,
        settings: settings, workers: workers, usesAllWorkers: true)
    }
    /// The seconds of three epochs' steps; the work between them is that of one worker.
    func seconds(_ trainer: Trainer) -> Double {
      let start = classroom.elapsedSeconds()
      for _ in 0..<3 {
        while case .progress? = try? trainer.next() {}
      }
      return max(classroom.elapsedSeconds() - start, 1e-9)
    }
    for trainer in trainers { _ = seconds(trainer) }
    times = ScalingTimes(
      workers: workerCounts, rounds: (0..<Self.rounds).map { _ in trainers.map(seconds) })
    let law = try? AmdahlLaw(times)
    // Where more workers are slower than one there is no share to speak of.
    self.law = law.flatMap { $0.serialShare.median < 1 ? $0 : nil }
  }

  var table: NumberTable {
    var table = NumberTable(
      "Steps of \(Self.architecture), measured, median of \(Self.rounds) rounds",
      columns: ["workers", "speed-up", "from", "to", "by Amdahl's law"])
    for count in times.workers {
      guard let measured = times.speedUp(workers: count) else { continue }
      let interval = measured.interval ?? measured.median...measured.median
      table.add(
        .whole(count), .number(measured.median, digits: 3),
        .number(interval.lowerBound, digits: 3), .number(interval.upperBound, digits: 3),
        law.map { .number($0.speedUp(workers: Double(count)).median, digits: 3) } ?? "–")
    }
    return table
  }

  var words: String {
    guard let law else {
      return "Amdahl's law does not describe these times: there are too few numbers of workers, or "
        + "more of them were slower than one, as on a machine that is busy with other work."
    }
    let share = max(0, law.serialShare.median)
    return "Amdahl's law with s = \(significant(share * 100, 2)) %"
      + (share > 0 ? ", so never more than \(significant(1 / share, 3)) times as fast. " : ". ")
      + (times.workers.count == 2
        ? "Two numbers of workers fix the law and do not test it."
        : "Its largest difference from a measured speed-up is "
          + "\(significant(law.largestDeviation(from: times) * 100, 2)) %.")
  }

  /// The speed-up by workers, measured and by the law, up to a number of workers.
  func figure(limit: Int) -> Figure {
    let reach = Double(max(limit, times.workers.last ?? 1))
    let curve = stride(from: 1.0, through: reach, by: 0.25)
    var series = [
      Series("ideal", [1, reach].map { Series.Point($0, $0) }, style: .dashedLine, color: 6)
    ]
    if let law {
      series.append(
        Series(
          "Amdahl, s = \(significant(max(0, law.serialShare.median) * 100, 2)) %",
          curve.map { Series.Point($0, law.speedUp(workers: $0).median) }, color: 1))
    }
    series.append(
      Series(
        "measured",
        times.workers.compactMap { count in
          times.speedUp(workers: count).map {
            Series.Point(Double(count), $0.median, interval: $0.interval)
          }
        }, style: .points, color: 0))
    return Figure(
      title: "",
      plots: [
        Plot(
          title: "Speed-up of the steps", horizontal: Axis("workers", range: 1...reach),
          vertical: Axis("times as fast", range: 0...reach), series: series)
      ])
  }
}
