import Digits
import Networks
import NumberText
import Statistics
import Training

/// Runs side by side: what differs in their settings, their results, and on which test images their
/// networks disagree.
public struct Comparison: Sendable {
  /// A fact about each run, in words.
  public struct Row: Encodable, Equatable, Sendable {
    /// What it is.
    public let name: String
    /// The value of each run; nil for one that has none.
    public let values: [String?]
  }

  /// The runs, in the order in which they were named.
  public let runs: [ComparedRun]
  /// A short name of each run, which no other one has.
  public let names: [String]
  /// The settings that are not the same for all runs.
  public let differences: [Row]
  /// The settings that are the same for all runs that have a record.
  public let same: [(name: String, value: String)]
  /// How far each run came, and what it reached.
  public let results: [Row]
  /// McNemar's test of all pairs of up to three runs; of more, of each one with the first.
  public let pairs: [ComparedPair]
  /// The sets of test images, each with the runs whose networks were asked about it.
  public let testSets: [ComparedTestSet]

  /// Compares runs.
  ///
  /// - Precondition: there is at least one.
  public init(_ runs: [ComparedRun]) {
    precondition(!runs.isEmpty, "a comparison of no run")
    self.runs = runs
    names = Self.names(of: runs)
    let settings = runs.map { $0.record?.settingsInWords ?? [] }
    let rows = settingNames(settings).map { name in
      Row(
        name: name,
        values: settings.map { own in own.first { $0.name == name }.flatMap(\.value) })
    }
    let recorded = runs.indices.filter { runs[$0].record != nil }
    let isSame = rows.map { row in Set(recorded.map { row.values[$0] }).count == 1 }
    differences = zip(rows, isSame).filter { !$1 }.map(\.0)
    // Of content that is the same, the name of the data is enough.
    let digests = Set(RunRecord.digestNames)
    same = zip(rows, isSame).filter { $1 && !digests.contains($0.name) }.compactMap { row, _ in
      recorded.first.flatMap { row.values[$0] }.map { (row.name, $0) }
    }
    results = resultRows(runs)
    let indices = Array(runs.indices)
    let chosen =
      runs.count <= 3
      ? indices.flatMap { first in indices[(first + 1)...].map { (first, $0) } }
      : indices.dropFirst().map { (0, $0) }
    pairs = chosen.map { ComparedPair(first: $0.0, second: $0.1, of: runs) }
    testSets = ComparedTestSet.all(of: runs)
  }

  /// Short names of runs: the last parts of their paths if these are short and differ, else numbers.
  ///
  /// - Parameter runs: runs to be told apart.
  /// - Returns: a name for each.
  public static func names(of runs: [ComparedRun]) -> [String] {
    let names = runs.map { run in
      let parts = run.path.split(separator: "/").map(String.init)
      let file = parts.last ?? run.path
      guard file.hasSuffix(".safetensors") else { return file }
      let isOfRun = ["model.safetensors", "checkpoint.safetensors"].contains(file)
      return isOfRun && parts.count > 1
        ? parts[parts.count - 2] : String(file.dropLast(".safetensors".count))
    }
    let areShort = names.allSatisfy { (1...16).contains($0.count) && $0 != "." && $0 != ".." }
    return areShort && Set(names).count == names.count
      ? names : runs.indices.map { "run \($0 + 1)" }
  }
}

/// The names of all settings, in the order in which the runs have them.
private func settingNames(_ settings: [[(name: String, value: String?)]]) -> [String] {
  settings.flatMap { $0 }.reduce(into: []) { names, setting in
    guard !names.contains(setting.name) else { return }
    names.append(setting.name)
  }
}

/// Results in words, a row for each kind that a run has.
private func resultRows(_ runs: [ComparedRun]) -> [Comparison.Row] {
  func row(_ name: String, _ value: (ComparedRun) -> String?) -> Comparison.Row {
    Comparison.Row(name: name, values: runs.map(value))
  }
  return [
    row("status") { $0.record.map(statusInWords) },
    row("test accuracy") { $0.test.flatMap(accuracyInWords) },
    row("test loss") { $0.test.map { fixed($0.loss, 4) } },
    row("best validation loss") { run in
      run.bestValidation.map { "\(fixed($0.validationLoss ?? 0, 4)) in epoch \($0.epoch)" }
    },
    row("validation accuracy") { run in
      run.bestValidation?.validationAccuracy.map { fixed($0 * 100, 2) + " %" }
    },
    row("epochs") { run in
      run.record.map { record in
        record.epochs == record.settings.epochs
          ? grouped(record.epochs)
          : "\(grouped(record.epochs)) of \(grouped(record.settings.epochs))"
      }
    },
    row("time") { $0.record.map { fixed($0.seconds, $0.seconds < 100 ? 1 : 0) + " s" } },
    row("images/s") { run in run.record.map { grouped(Int($0.imagesPerSecond)) } },
    row("fingerprint") { $0.model.parameters.fingerprint.prefix(12) + "…" },
  ].filter { row in row.values.contains { $0 != nil } }
}

private func statusInWords(_ record: RunRecord) -> String {
  switch record.status {
  case .finished: record.stopReason == .earlyStopping ? "stopped early" : "finished"
  case .running: "going on, or killed"
  case .interrupted: "interrupted"
  case .failed: "failed"
  }
}

private func accuracyInWords(_ evaluation: Evaluation) -> String? {
  guard let accuracy = evaluation.accuracy, let error = evaluation.standardError else { return nil }
  return "\(fixed(accuracy * 100, 2)) % ± \(fixed(error * 100, 2)) %"
}
