import ArgumentParser
import Files
import Lockstep
import Networks
import Training

/// The options of a search itself.
struct SearchOptions: ParsableArguments {
  @Option(help: "Number of trials: settings that are drawn and trained (default: 27).")
  var trials: Int?

  @Option(
    help: ArgumentHelp(
      "Reduction factor η: 1/η of a rung's trials go on, for η times the epochs (default: 3).",
      valueName: "factor"))
  var reductionFactor: Int?

  @Option(
    help: ArgumentHelp(
      "Fewest epochs of the first rung; the number of all epochs makes it a random search (default: 1).",
      valueName: "epochs"))
  var minEpochs: Int?

  @Option(
    help: ArgumentHelp(
      "Trials that are trained at the same time, with an equal share of the workers each (default: 1, or "
        + "one per worker, whichever is faster here).", valueName: "trials"))
  var atOnce: Int?

  @Option(
    help: ArgumentHelp(
      "Folder of the search (default: runs/<time>-<data>-search).", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp("Resume the search in this folder.", valueName: "folder"),
    completion: .directory)
  var resume: String?

  @Flag(help: "Remove the checkpoints of trials that do not go on; their records and logs stay.")
  var prune = false

  @Flag(help: "Print the content of search.json instead of tables.")
  var json = false

  @Flag(help: "Print only warnings and the final results.")
  var quiet = false

  func validate() throws {
    for (name, value, least) in [
      ("--trials", trials, 1), ("--reduction-factor", reductionFactor, 2),
      ("--min-epochs", minEpochs, 1), ("--at-once", atOnce, 1),
    ] {
      if let value, !(least...Self.limit).contains(value) {
        throw ValidationError("\(name) \(value) is not in \(least)…\(Self.limit)")
      }
    }
    if resume != nil && output != nil {
      throw ValidationError("--resume goes on in its own folder, without --output")
    }
  }

  /// Whether an option was given that a search cannot change when it is resumed.
  var definesSearch: Bool { [trials, reductionFactor, minEpochs].contains { $0 != nil } }

  private static let limit = 100_000
}

/// All options that may stand behind `lockstep search`: those of `lockstep train` that a trial takes, and
/// the search's own, which are known here so that a misspelt one is recognized.
struct TrialOptions: ParsableArguments {
  @OptionGroup var data: DataOptions
  @OptionGroup var training: TrainingOptions
  @OptionGroup var search: SearchOptions
  @OptionGroup var machine: WorkerOptions

  /// Reads the options of a trial.
  ///
  /// - Throws: what is wrong with them, in the words of `lockstep train`.
  init(_ arguments: [String]) throws(UsageProblem) {
    do {
      self = try Self.parse(arguments)
    } catch {
      throw UsageProblem(Self.message(for: error))
    }
  }

  init() {}

  /// What is wrong with a value of an option; nil where nothing is.
  static func complaint(about option: String, _ value: String) -> String? {
    do throws(UsageProblem) {
      _ = try TrialOptions(["--\(option)=\(value)"])
      return nil
    } catch {
      return error.description
    }
  }
}
