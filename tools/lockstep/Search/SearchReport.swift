import Files
import Foundation
import Lockstep
import NumberText
import Training

/// What the command prints of a search: the head, the best trials of each rung, the results, and in a
/// terminal a table of the best trials so far.
struct SearchReport {
  /// Why the last lost trial is lost.
  private(set) var lastFailure: String?
  private let isQuiet: Bool
  private var live = LiveLines()
  private let clock = ContinuousClock()
  private let begun = ContinuousClock().now
  private var shareAtBeginning: Double?

  /// - Parameter isQuiet: whether only warnings are printed before the results.
  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// The data, the plan and what is drawn.
  func printHead(_ search: Search) {
    guard !isQuiet else { return }
    let record = search.record
    let data = record.data
    let validation = search.trials[0].settings.validationCount
    let rungs = record.plan.rungs.map { "\(grouped($0.trials)) to epoch \(grouped($0.epochs))" }
    print(
      """
      data        \(data.name): \(grouped(data.trainCount - validation)) images to train, \
      \(grouped(validation)) to validate, \(grouped(data.testCount)) to test
      search      \(record.space.dimensions.map(\.inWords).joined(separator: "; "))
      trials      \(rungs.joined(separator: ", ")); seed \(record.seed)
      common      \(record.arguments.joined(separator: " "))
      folder      \(search.folder.path)
      """)
  }

  /// Shows what a piece of work did.
  mutating func show(_ event: Search.Event, of search: Search) {
    switch event {
    case .pace(let pace):
      guard !isQuiet else { return }
      live.clear()
      print("workers     \(pace.inWords(workers: search.workers))")
    case .result(let result): lastFailure = result.failure ?? lastFailure
    case .rung(let number, let ranking):
      guard !isQuiet else { return }
      live.clear()
      print("\n" + lines(ofRung: number, ranking, search).joined(separator: "\n"))
    case .warning(let problem):
      live.clear()
      complain("\(problem); the search goes on")
    }
  }

  // MARK: - Rungs

  /// The most trials of a rung that are printed.
  private static let mostTrials = 10

  private func lines(ofRung number: Int, _ ranking: [TrialResult], _ search: Search) -> [String] {
    let rungs = search.record.plan.rungs
    let rung = rungs[number - 1]
    let next = number < rungs.count ? rungs[number].trials : 1
    let shown = min(max(3, next), Self.mostTrials, ranking.count)
    let lost = ranking.count { $0.isLost }
    let title =
      "rung \(number) of \(rungs.count): \(counted(ranking.count, "trial")) to epoch \(rung.epochs)"
      + (number < rungs.count
        ? ", \(next == 1 ? "the best of them goes" : "the best \(next) of them go") on" : "")
    var table = TrialTable(search.record)
    for result in ranking.prefix(shown) { table.add(result) }
    let left = ranking.count - shown
    let rest =
      [
        left > 0 ? "\(grouped(left)) more in search.jsonl" : nil,
        lost > 0 ? "\(grouped(lost)) lost, their numbers overflowed" : nil,
      ].compactMap(\.self).joined(separator: "; ")
    return [title] + table.lines(width: Terminal.output.lineLimit) + (rest.isEmpty ? [] : [rest])
  }

  // MARK: - The live table

  /// Draws the state of the search in a terminal.
  mutating func draw(_ search: Search) {
    guard !isQuiet else { return }
    let progress = search.progress
    let first = shareAtBeginning ?? progress.share
    shareAtBeginning = first
    let seconds = (clock.now - begun).seconds
    let gained = progress.share - first
    let left = gained > 0 ? seconds / gained * (1 - progress.share) : nil
    let width = live.terminal.width - 1
    live.draw {
      let bar = width < 60 ? 8 : 20
      let filled = min(bar, Int(progress.share * Double(bar)))
      var line =
        "rung \(progress.rung)/\(search.record.plan.rungs.count) "
        + String(repeating: "━", count: filled) + String(repeating: "╌", count: bar - filled)
      for fact in [
        "\(progress.done) of \(progress.trials) trials",
        left.map { "\(spoken(.seconds($0))) left" },
      ].compactMap(\.self) where line.count + 2 + fact.count <= width { line += "  " + fact }
      var table = TrialTable(search.record)
      for result in progress.best.prefix(8) { table.add(result) }
      return progress.best.isEmpty ? [line] : table.fittingLines(width: width) + [line]
    }
  }

  /// Takes the live table away.
  mutating func clear() { live.clear() }

  // MARK: - Results

  /// The best trial.
  func printResults(_ record: SearchRecord, in folder: SearchFolder) {
    guard let best = record.best else { return }
    let settings = record.values(ofTrial: best.trial).map { "\($0) \($1)" }
    print(
      """

      best of \(counted(record.values.count, "trial"))
      settings    \(settings.joined(separator: ", "))
      validation  \(best.validation.accuracyInWords ?? "none")
      test        \(best.test.accuracyInWords ?? "none")
      fingerprint \(best.fingerprint ?? "")
      time        \(spoken(.seconds(record.seconds)))
      command     \(best.command)
      model       \(folder.path)/\(best.model)
      """)
  }
}

/// Trials as a table: number, epochs, validation accuracy, and what was drawn for them.
struct TrialTable {
  private let record: SearchRecord
  private var rows: [[String]]

  init(_ record: SearchRecord) {
    self.record = record
    rows = [["trial", "epochs", "accuracy"] + record.space.dimensions.map(\.option)]
  }

  mutating func add(_ result: TrialResult) {
    let accuracy = result.validation?.accuracy.map { percent($0) } ?? "lost"
    rows.append(
      ["\(result.trial)", "\(result.epochs)", accuracy]
        + record.values(ofTrial: result.trial).map(\.value))
  }

  /// The lines, below each other in parts where they are wider.
  func lines(width: Int) -> [String] { table(columns: rows[0].count).lines(width: width) }

  /// The lines with as many columns as fit.
  func fittingLines(width: Int) -> [String] {
    let fitting = (3...rows[0].count).last { columns in
      table(columns: columns).lines(width: .max).allSatisfy { $0.count <= width }
    }
    return table(columns: fitting ?? 3).lines(width: .max)
  }

  private func table(columns: Int) -> Table {
    var table = Table(Array(rows[0].prefix(columns)), textColumns: 0)
    for row in rows.dropFirst() { table.add(Array(row.prefix(columns))) }
    return table
  }
}

extension SearchSpace.Dimension {
  /// `learning-rate 0.01 to 0.5, logarithmic`, or `hidden 128, 256 or 512`.
  fileprivate var inWords: String {
    switch values {
    case .choices(let texts):
      "\(option) \(texts.dropLast().joined(separator: ", "))\(texts.count > 1 ? " or " : "")"
        + (texts.last ?? "")
    case .range(let low, let high, let isLogarithmic, let isWhole):
      "\(option) \(isWhole ? "\(Int(low))" : "\(low)") to \(isWhole ? "\(Int(high))" : "\(high)")"
        + (isLogarithmic ? ", logarithmic" : "")
    }
  }
}

extension SearchPace {
  /// `2 trials side by side with 1 worker each, measured 1.4 times as fast as one after the other`.
  fileprivate func inWords(workers: Int) -> String {
    let isSideBySide = trialsAtOnce > 1
    let way =
      isSideBySide
      ? "\(trialsAtOnce) trials side by side with \(counted(workersPerTrial, "worker")) each"
      : "one trial after the other with \(counted(workers, "worker"))"
    guard let advantage else { return way }
    let factor = advantage < 1.05 ? "about" : "\(fixed(advantage, 1)) times"
    return "\(way), measured \(factor) as fast as "
      + (isSideBySide ? "one after the other" : "side by side")
  }
}
