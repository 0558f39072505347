import Files
import Foundation
import Lockstep
import Networks
import NumberText
import Statistics

/// A comparison as text for a terminal of some width.
struct ComparisonText {
  private let comparison: Comparison
  private let width: Int

  /// - Parameters:
  ///   - comparison: what is shown.
  ///   - width: the columns that a line may have.
  init(_ comparison: Comparison, width: Int) {
    self.comparison = comparison
    self.width = width
  }

  /// The lines, none of which is wider than the terminal.
  var lines: [String] {
    let sections = [runs, differences, results, losses, tests] + disagreements
    return sections.filter { !$0.isEmpty }.flatMap { $0 + [""] }.dropLast()
  }

  private var names: [String] { comparison.names }

  private var nameWidth: Int { names.map(\.count).max() ?? 0 }

  private var runs: [String] {
    zip(names, comparison.runs).map { name, run in
      "\(name.rightPadded(to: nameWidth))  \(cut(run.path, to: width - nameWidth - 2))"
    }
  }

  private var differences: [String] {
    let table = RunTable(names: names, rows: comparison.differences).lines(width: width)
    let same = comparison.same.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    let ofAll = same.isEmpty ? [] : hanging("the same: \(same)", width: width)
    if comparison.differences.isEmpty {
      return ["settings: no difference"] + ofAll
    }
    return ["settings that differ"] + table + ofAll
  }

  private var results: [String] {
    ["results"] + RunTable(names: names, rows: comparison.results).lines(width: width)
  }

  /// The course of the losses, all on one scale.
  private var losses: [String] {
    let logs = comparison.runs.map { run in
      run.log.compactMap { $0.validationLoss ?? $0.testLoss }
    }
    let finite = logs.flatMap { $0 }.filter { $0.isFinite && $0 > 0 }
    guard let low = finite.min(), let high = finite.max() else { return [] }
    let epochs = logs.map(\.count).max() ?? 0
    let room = max(2, min(epochs, 60, width - nameWidth - 10))
    let hasValidation = comparison.runs.contains { $0.log.contains { $0.validationLoss != nil } }
    let hasTest = comparison.runs.contains { $0.log.contains { $0.testLoss != nil } }
    let kind = [hasValidation ? "validation" : nil, hasTest ? "test" : nil].compactMap(\.self)
    let title =
      "\(kind.joined(separator: " or ")) loss by epoch, from \(fixed(low, 4)) to \(fixed(high, 4)) on a "
      + "logarithmic scale"
    return hanging(title, width: width)
      + zip(names, logs).map { name, values in
        let line = sparkline(
          values.map { log($0) }, width: room, range: log(low)...log(high)
        ).rightPadded(to: room)
        let last = values.last.map { fixed($0, 4) } ?? "no epoch"
        return "\(name.rightPadded(to: nameWidth))  \(line)  \(last)"
      }
  }

  // MARK: - Tests

  private var tests: [String] {
    guard !comparison.pairs.isEmpty else { return [] }
    var table = Table(
      ["McNemar's test", "", "only 1st right", "only 2nd right", "p"], textColumns: 2)
    var sentences: [String] = []
    var refusals: [String] = []
    for pair in comparison.pairs {
      let (first, second) = (names[pair.first], names[pair.second])
      switch pair.outcome {
      case .tested(let test, _, _):
        let p = pInWords(test.pValue)
        table.add([first, second, grouped(test.onlyFirst), grouped(test.onlySecond), p])
        sentences.append(
          "\(first), \(second): \(grouped(test.onlyFirst)) images only \(first) names right, "
            + "\(grouped(test.onlySecond)) only \(second), p \(p)")
      case .refused(let reason): refusals.append("\(first), \(second): not tested: \(reason)")
      }
    }
    let lines = table.lines(width: .max)
    let fits = lines.allSatisfy { $0.count <= width }
    let shown =
      sentences.isEmpty
      ? ["McNemar's test"]
      : fits
        ? lines
        : ["McNemar's test"] + sentences.flatMap { hanging($0, width: width) }
    return shown + refusals.flatMap { hanging($0, width: width) }
      + (sentences.isEmpty ? [] : hanging(explanation(sentences.count), width: width, indent: 0))
  }

  private func explanation(_ count: Int) -> String {
    let words =
      "p is the probability of numbers at least as far apart, if both networks erred equally often."
    return count <= 3
      ? words : "\(words) Of \(count) tests, one in 20 has a p below 0.05 by chance."
  }

  private func pInWords(_ p: Double) -> String {
    p >= 0.0001 ? fixed(p, significantDigits: 3) : "< 0.0001"
  }

  // MARK: - Disagreements

  /// The number of images that are shown of each test set.
  private static let mostImages = 10

  private var disagreements: [[String]] {
    comparison.testSets.filter { $0.runs.count > 1 }.map { set in
      let count = set.disagreements.count
      let all = grouped(set.testSet.images.count)
      let title = hanging(
        "\(grouped(count)) of the \(all) test images of \(set.testSet.name) are not named alike",
        width: width)
      let rest = count - Self.mostImages
      let more =
        rest > 0
        ? hanging("and \(grouped(rest)) more, which --json lists", width: width) : []
      return title + images(set) + more
    }
  }

  private func images(_ set: ComparedTestSet) -> [String] {
    let shown = set.disagreements.prefix(Self.mostImages)
    guard !shown.isEmpty else { return [] }
    // Of `run 7`, the number is enough here.
    let brief = set.runs.map { String(names[$0].trimmingPrefix("run ")) }
    var table = Table(["image", "truth"] + brief, textColumns: 0)
    for image in shown {
      table.add([grouped(image.image), image.truth] + image.predictions)
    }
    let lines = table.lines(width: .max)
    guard lines.contains(where: { $0.count > width }) else { return lines }
    return shown.flatMap { image in
      hanging(
        "image \(grouped(image.image)), \(image.truth): \(words(of: image, by: brief))",
        width: width)
    }
  }

  /// `9 by deep, part; 0 by the others`, for an image of class 0.
  private func words(of image: ComparedTestSet.Disagreement, by names: [String]) -> String {
    let classes = Dictionary(grouping: zip(image.predictions, names), by: \.0)
      .sorted { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    return classes.enumerated().map { index, named in
      let areOthers = index == classes.count - 1 && named.value.count > 2
      let runs = areOthers ? "the others" : named.value.map(\.1).joined(separator: ", ")
      return "\(named.key) by \(runs)"
    }.joined(separator: "; ")
  }
}
