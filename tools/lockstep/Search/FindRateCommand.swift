import ArgumentParser
import Digits
import Files
import Lockstep
import Networks
import NumberText
import Training

struct FindRateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-rate",
    abstract: "Find a learning rate by a short training whose rate rises: a range test.",
    discussion: """
      Takes the options of lockstep train. The rate rises by the same factor in each step; the loss falls, \
      and diverges where the rate is too high. The suggestion is the rate at which the smoothed loss \
      is lowest (Smith 2017), but at most a tenth of the one at which it diverged. It is meant for \
      schedules that lower the rate, as cosine, the default, and one-cycle do. Learning rate, schedule, \
      epochs and early stopping have no part in the test. Images set aside by --validation stay aside.

      Examples:
        lockstep find-rate
        lockstep find-rate --optimizer adamw --hidden 512,512 --batch-size 128 --plot rate.svg
      """)

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup
  var training: TrainingOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  @Option(
    help: ArgumentHelp(
      "Learning rate of the first step (default: 1e-5, with adamw 1e-6).", valueName: "rate"))
  var lowRate: Double?

  @Option(
    help: ArgumentHelp(
      "Learning rate of the last step (default: 10, with adamw 1).", valueName: "rate"))
  var highRate: Double?

  @Option(help: "Number of steps in which the rate rises tenfold.")
  var stepsPerDecade = LearningRateRangeTest.usualStepsPerDecade

  @Option(
    help: ArgumentHelp(
      "Draw the loss by learning rate as .svg or .png.", valueName: "file"),
    completion: .file(extensions: ["svg", "png"]))
  var plot: PlotPath?

  @Flag(help: "Print JSON, with every step.")
  var json = false

  func validate() throws {
    if training.optimizer.learningRate != nil {
      throw ValidationError("--learning-rate is what the test looks for; leave it out")
    }
    guard (2...10_000).contains(stepsPerDecade) else {
      throw ValidationError("--steps-per-decade \(stepsPerDecade) is not in 2…10000")
    }
    for (name, rate) in [("--low-rate", lowRate), ("--high-rate", highRate)] {
      if let rate, !(1e-12...1e6).contains(rate) {
        throw ValidationError("\(name) \(rate) is not in 1e-12…1e6")
      }
    }
    if plot?.kind == .dot { throw ValidationError("--plot draws a .svg or .png file, no .dot") }
  }

  func run() throws {
    if let plot { try checkWritable(plot.path) }
    let workers = machine.count()
    let basis = try training.read(data, workers: workers)
    let plan = try training.plan(for: basis)
    let (low, high) = try rates(plan.settings)
    let test = LearningRateRangeTest(
      from: plan.start?.parameters ?? Parameters(plan.architecture, seed: plan.settings.seed),
      training: basis.digits.trainingSamples, settings: plan.settings, rates: low...high,
      stepsPerDecade: stepsPerDecade, workers: workers)
    let report = FindRateReport(test, basis.digits, plan, highRate: high)
    print(json ? jsonText(report) : report.lines.joined(separator: "\n"))
    if let plot {
      try plot.write(report.figure)
      if !json { print("plot        \(plot.path)") }
    }
    for note in report.notes { complain("note: \(note)") }
  }

  /// The rates of the first and the last step.
  private func rates(_ settings: TrainingSettings) throws -> (low: Double, high: Double) {
    let usual = OptimizerName(settings.optimizer) == .adamw ? (1e-6, 1.0) : (1e-5, 10.0)
    let (low, high) = (lowRate ?? usual.0, highRate ?? usual.1)
    guard low < high else {
      throw UsageProblem("--low-rate \(low) is not below --high-rate \(high)")
    }
    return (low, high)
  }
}
