import Foundation
import Networks
import Pictures
import Training

/// A4: how large a step should be.
package struct StepSizeTopic: Topic {
  package static let number = "A4"
  package static let name = "step-size"
  package static let title = "Step size: backtracking and schedules"
  package static let explanation = """
    Backtracking starts every step big and halves η until the function decreases, so no η has to be \
    known beforehand; each try costs an evaluation of E. Steps of single samples cannot be judged \
    like that. With a constant η their noise keeps E above its minimum, the more the larger η is. \
    So η has to fall, by a schedule: step, exponential, 1/t, cosine, one-cycle, or \
    smaller on a plateau of the held-out loss.

    The trainer takes all steps: batch steps of softmax regression on 300 digits for backtracking, \
    steps of |S| = 1 on least squares of 300 points for the schedules. Each step's η is read from the change of the \
    weights.
    """
  package static let formula =
    #"\eta \leftarrow \tfrac{\eta}{2} \ \text{ until } \ E(w - \eta \nabla E) < E(w); \qquad \eta_t = \frac{\eta_0}{1 + \alpha t}, \quad \eta_t = \eta_0\, \frac{1 + \cos(\pi t / T)}{2}"#
  package static let question = Question(
    "Steps of one sample with a constant η fall fast and then hover above the minimum. What does half "
      + "the η change, and which schedules get below?",
    answer: """
      Half the η leaves half the noise floor or less, and takes twice the steps to get there. Every \
      schedule that lets η fall ends below the constant one: 1/t, which falls least, the least, the \
      others by factors of ten and more.
      """)
  package static let exercise = """
    Run `lockstep lecture step-size --learning-rate 0.1` and `0.4`, and compare the floors of the \
    constant η; then `--start-rate 0.25`: which steps does backtracking still shorten?
    """
  package static let slider: Slider? = Slider(
    "learning rate η₀", option: "--learning-rate",
    values: ["0.05", "0.1", "0.2", "0.3", "0.4", "0.6"])

  /// η₀ of the schedules, for one-cycle the highest.
  package var learningRate = 0.2
  /// The η with which every step of backtracking starts.
  package var startRate = 8.0

  package init() {}

  package var validationError: String? {
    // x² + 1 is up to 2, so above 1 a single step may lead farther away.
    if !(learningRate >= 0.01 && learningRate <= 0.8) {
      return "a learning rate of the schedules is from 0.01 to 0.8"
    }
    return startRate >= 0.01 && startRate <= 1000
      ? nil : "a rate to start with is from 0.01 to 1,000"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let search = try LineSearch(startRate: startRate, classroom)
    let schedules = try ScheduleComparison(learningRate, classroom)
    var shown = Demonstration(.figure(figure(search, schedules)))
    var table = NumberTable(
      "Batch descent on 300 digits: E by steps, and by evaluations of E",
      columns: ["η", "mean η", "10 steps", "50 steps", "evaluations", "50 evaluations", "150"])
    for run in search.runs {
      let descent = run.descent
      table.add(
        .text(run.name), .number(descent.meanRate, digits: 3), .number(descent.losses[10]),
        .number(descent.losses[LineSearch.steps]), .whole(descent.evaluations[LineSearch.steps]),
        .number(descent.loss(afterEvaluations: 50)), .number(descent.loss(afterEvaluations: 150)))
    }
    shown.show(table)
    var second = NumberTable(
      "Least squares by |S| = 1, \(ScheduledDescent.epochs) epochs of "
        + "\(schedules.runs[0].descents[0].stepsPerEpoch) steps, mean of "
        + "\(ScheduleComparison.seeds) seeds",
      columns: ["schedule", "first η", "last η", "E − E_min at the end", "÷ constant"])
    for run in schedules.runs {
      let rates = run.descents[0].formula
      second.add(
        .text(run.name), .number(rates.first ?? 0, digits: 3), .number(rates.last ?? 0, digits: 2),
        .number(run.floor, digits: 3), .number(run.floor / schedules.constantFloor, digits: 2))
    }
    shown.show(second)
    search.claim(startRate: startRate, &shown)
    schedules.claim(&shown)
    return shown
  }

  // MARK: - Figure

  private func figure(_ search: LineSearch, _ schedules: ScheduleComparison) -> Figure {
    Figure(
      title: "How large a step",
      plots: [
        Plot(
          title: "Batch steps on 300 digits", horizontal: Axis("evaluations of E", range: 0...150),
          vertical: Axis("E", scale: .logarithmic, range: 5e-4...50),
          series: search.runs.map { run in
            Series(
              run.name,
              zip(run.descent.evaluations, run.descent.losses).map { Series.Point(Double($0), $1) })
          }),
        Plot(
          title: "Schedules: η as the weights show it",
          horizontal: Axis("epoch", range: 0...Double(ScheduledDescent.epochs)),
          vertical: Axis("η ÷ η₀", range: 0...1.1),
          series: schedules.runs.map { run in
            Series(run.name, run.meanRates(of: learningRate))
          }),
        Plot(
          title: "Steps of |S| = 1: noise and its floor",
          horizontal: Axis("epoch", range: 0...Double(ScheduledDescent.epochs)),
          vertical: Axis("E − E_min", scale: .logarithmic, range: 1e-7...1),
          series: schedules.runs.map { run in Series(run.name, run.meanExcesses) }),
      ])
  }
}

/// Backtracking against constant rates.
private struct LineSearch {
  /// Steps of backtracking; constant rates take more, for what that costs.
  static let steps = 50
  static let constantSteps = 150

  let runs: [(name: String, descent: BatchDescent)]

  init(startRate: Double, _ classroom: Classroom) throws {
    let samples = try classroom.digits().train.thinned(to: 300)
    func descent(_ descend: (inout BatchDescent) -> Void) -> BatchDescent {
      var descent = BatchDescent(samples, seed: classroom.seed, workers: classroom.workers)
      descend(&descent)
      return descent
    }
    runs =
      [
        (
          "backtracking from \(significant(startRate))",
          descent { $0.backtrack(steps: Self.steps, from: startRate) }
        )
      ]
      + Set([0.02, 0.2, startRate]).sorted().map { rate in
        (
          "constant \(significant(rate))",
          descent { $0.descend(steps: Self.constantSteps, rate: rate) }
        )
      }
  }

  func claim(startRate: Double, _ shown: inout Demonstration) {
    let backtracking = runs[0].descent
    shown.claim(
      "backtracking lowers the loss in every step",
      found: "from \(significant(backtracking.losses[0], 4)) to "
        + "\(significant(backtracking.losses[Self.steps], 3)) in \(Self.steps) steps, which took "
        + "\(backtracking.evaluations[Self.steps]) evaluations",
      holds: zip(backtracking.losses, backtracking.losses.dropFirst()).allSatisfy { $1 < $0 })
    shown.claim(
      "the loss that is evaluated is the one that the trainer's next step reports",
      found: "largest relative difference \(significant(backtracking.largestDisagreement, 2))",
      // Doubles of 300 samples, added in two orders.
      holds: backtracking.largestDisagreement <= 300 * 0x1p-53)
    let careful = runs.dropFirst().filter { run in
      zip(run.descent.losses, run.descent.losses.dropFirst()).allSatisfy { $1 < $0 }
    }
    let pays = "that pays: at 150 evaluations it is below the constant rates that never raise E"
    if (4...16).contains(startRate), !careful.isEmpty {
      let found = [runs[0]] + careful
      shown.claim(
        pays,
        found: found.map {
          "\($0.name) \(significant($0.descent.loss(afterEvaluations: 150), 3))"
        }.joined(separator: ", "),
        holds: careful.allSatisfy {
          backtracking.loss(afterEvaluations: 150) < $0.descent.loss(afterEvaluations: 150)
        })
    } else {
      shown.leaveOut(
        pays,
        because:
          "that takes a start from 4 to 16: below, steps stay small, above, tries cost too much")
    }
    let statement = "constant steps of the rate that it starts with raise E above its start"
    guard startRate >= 4,
      let constant = runs.last(where: { $0.name == "constant \(significant(startRate))" })
    else {
      shown.leaveOut(statement, because: "below 4 a constant rate may do as well")
      return
    }
    let losses = constant.descent.losses
    shown.claim(
      statement,
      found: "from \(significant(losses[0], 3)) to \(significant(losses.max() ?? 0, 3))",
      holds: losses.contains { !($0 <= losses[0]) })
  }
}

/// Every schedule from several seeds, and smaller constant rates.
private struct ScheduleComparison {
  static let seeds = 3

  struct Runs {
    let name: String
    let descents: [ScheduledDescent]

    /// The mean of E − E_min over the last two epochs and all seeds.
    var floor: Double {
      descents.map { $0.floor(epochs: 2) }.reduce(0, +) / Double(descents.count)
    }

    /// The mean of each epoch, at its middle.
    var meanExcesses: [Series.Point] {
      perEpoch { steps in
        let all = descents.flatMap { $0.excesses[steps] }
        return all.reduce(0, +) / Double(all.count)
      }
    }

    /// The rates of the first seed, the mean of each epoch, as shares of η₀.
    func meanRates(of base: Double) -> [Series.Point] {
      perEpoch { steps in
        // Steps whose gradient is lost in rounding say little.
        let known = steps.filter { descents[0].allowed[$0] < 0.001 * base }
        return known.map { descents[0].rates[$0] / base }.reduce(0, +) / Double(max(1, known.count))
      }
    }

    private func perEpoch(_ mean: (Range<Int>) -> Double) -> [Series.Point] {
      let size = descents[0].stepsPerEpoch
      return (0..<ScheduledDescent.epochs).map { epoch in
        Series.Point(Double(epoch) + 0.5, mean(epoch * size..<(epoch + 1) * size))
      }
    }
  }

  let learningRate: Double
  /// The schedules in their order, the constant one first.
  let runs: [Runs]
  /// Constant rates of ½ and ¼ of η₀.
  let smaller: [Runs]

  init(_ rate: Double, _ classroom: Classroom) throws {
    learningRate = rate
    var chance = classroom.chance()
    let points = LinePoints(count: 300, using: &chance)
    func runs(_ name: String, _ schedule: LearningRateSchedule, _ rate: Double) throws -> Runs {
      Runs(
        name: name,
        descents: try classroom.seeds(Self.seeds).map {
          try ScheduledDescent(points, schedule, rate: rate, seed: $0)
        })
    }
    self.runs = try courseSchedules.map { try runs($0.name, $0.schedule, rate) }
    smaller = try [2.0, 4].map { try runs("η₀/\(Int($0))", .constant, rate / $0) }
  }

  var constantFloor: Double { runs[0].floor }

  func claim(_ shown: inout Demonstration) {
    let all = (runs + smaller).flatMap(\.descents)
    let count = all.reduce(0) { $0 + $1.rates.count }
    let wrong = all.reduce(0) { $0 + $1.wrongSteps }
    let known = all.reduce(0) { sum, run in
      sum + zip(run.allowed, run.formula).count { $0 <= 0.01 * $1 }
    }
    shown.claim(
      "every step of the trainer has the rate of its schedule's formula, by the change of its weights",
      found: "\(wrong) of \(plainNumber(count)) steps differ; rounding leaves "
        + "\(plainNumber(known)) of the rates known to 1 %",
      holds: wrong == 0 && known > count / 2)
    let floors = [constantFloor] + smaller.map(\.floor)
    let proportional = "a constant η stays above the minimum, and half the η by half or less of it"
    if (0.1...0.4).contains(learningRate) {
      shown.claim(
        proportional,
        found: floors.map { significant($0, 3) }.joined(separator: ", ") + " for η₀, η₀/2 and η₀/4",
        // In proportion to η for samples drawn at random, to η² for the ends of shuffled epochs; the
        // mean of some thousand steps varies by a tenth.
        holds: zip(floors, floors.dropFirst()).allSatisfy { (1.8...4.4).contains($0 / $1) })
    } else {
      shown.leaveOut(
        proportional, because: "that takes an η₀ from 0.1 to 0.4: small ones have not arrived")
    }
    let wins = "every schedule that falls ends below the constant rate"
    if learningRate >= 0.1 {
      let falling = runs.dropFirst()
      shown.claim(
        wins,
        found: falling.map { "\($0.name) \(significant($0.floor / constantFloor, 2))" }
          .joined(separator: ", ") + " of it",
        holds: falling.allSatisfy { $0.floor < 0.6 * constantFloor })
    } else {
      shown.leaveOut(wins, because: "that takes an η₀ of 0.1 or more: small ones have not arrived")
    }
  }
}
