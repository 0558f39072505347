import Files
import Lockstep
import NumberText
import Pictures
import Statistics

extension Comparison {
  /// Writes the comparison as a page for a browser, atomically and durably.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - curves: a figure of the runs' curves; nil where no run has any.
  /// - Throws: `inputOutput` with the system's reason.
  public func writePage(to path: String, curves: Figure?) throws(FileProblem) {
    try writeDurably(page(curves: curves), to: path)
  }

  /// The page: one HTML file that holds its styles, scripts, pictures and numbers. It names no folder of
  /// the machine: it may go to anyone.
  ///
  /// - Parameter curves: a figure of the runs' curves.
  /// - Returns: the bytes of the file.
  public func page(curves: Figure?) -> [UInt8] {
    let title = names.count <= 4 ? names.joined(separator: ", ") : "\(names.count) runs"
    let style = [
      PackageResources.report_css, PackageResources.figures_css, PackageResources.print_css,
      PackageResources.comparison_css,
    ].joined()
    let parts: [String: String] = [
      "notes": notesOfPage,
      "results": table(of: results, caption: "Results of the runs"),
      "differences": differences.isEmpty
        ? element("p", text: "None.")
        : table(of: differences, caption: "Settings that are not the same for all runs"),
      "same": sameOfPage,
      "tests": testsOfPage,
      "images": imagesOfPage,
    ]
    var content = parts.mapValues { Array($0.utf8) }
    content["title"] = escaped(title)
    content["summary"] = escaped(summaryOfPage)
    content["style"] = Array(style)
    content["curves"] = withoutTags(
      Array(jsonText(curves.map(ComparedCurves.init), isPretty: false).utf8))
    content["script"] = script(of: Self.scripts)
    content["version"] = escaped(lockstepVersion)
    return filled(PackageResources.comparison_html, with: content)
  }

  /// The scripts, each after what it uses when it is read.
  private static let scripts = [
    PackageResources.dom_js, PackageResources.theme_js, PackageResources.charts_js,
    PackageResources.comparison_js,
  ]

  private var summaryOfPage: String {
    let accuracies = zip(names, results.first { $0.name == "test accuracy" }?.values ?? [])
      .compactMap { name, value in
        value.map { "\(name) \($0.replacing(" ", with: "\u{A0}"))" }
      }
    return accuracies.isEmpty
      ? "\(runs.count) runs." : "Test accuracy: \(accuracies.joined(separator: ", "))."
  }

  /// What a reader should know of the runs.
  private var notesOfPage: String {
    let notes = zip(names, runs).flatMap { name, run in
      run.notesWithoutPaths.map { element("li", text: "\(name): \($0).") }
    }
    guard !notes.isEmpty else { return "" }
    return element(
      "div", "class=\"notice\"", content: element("ul", content: notes.joined(separator: "\n")))
  }

  private var sameOfPage: String {
    guard !same.isEmpty else { return "" }
    let words = same.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    return element("p", "class=\"same\"", text: "The same for all: \(words).")
  }

  /// A column for each of a few runs, a row for each of many.
  private func table(of rows: [Row], caption: String) -> String {
    let cells = rows.map { row in row.values.map { $0 ?? "–" } }
    if names.count <= 4 {
      return Reports.table(
        caption: caption, titles: [""] + names,
        rows: zip(rows, cells).map { [$0.name] + $1 })
    }
    return Reports.table(
      caption: caption, titles: [""] + rows.map(\.name),
      rows: names.enumerated().map { index, name in [name] + cells.map { $0[index] } })
  }

  private var testsOfPage: String {
    var rows: [[String]] = []
    var refusals: [String] = []
    for pair in pairs {
      let (first, second) = (names[pair.first], names[pair.second])
      switch pair.outcome {
      case .tested(let test, let bothRight, let bothWrong):
        let p = test.pValue
        rows.append([
          "\(first), \(second)", grouped(test.onlyFirst), grouped(test.onlySecond),
          grouped(bothRight), grouped(bothWrong),
          p >= 0.0001 ? fixed(p, significantDigits: 3) : "< 0.0001",
        ])
      case .refused(let reason):
        refusals.append(element("p", text: "\(first), \(second): not tested: \(reason)."))
      }
    }
    guard !rows.isEmpty else { return refusals.joined(separator: "\n") }
    let shown = Reports.table(
      caption: "McNemar's test of pairs of runs",
      titles: [
        "runs", "only the first right", "only the second right", "both right", "both wrong", "p",
      ], rows: rows, isCount: true)
    let words =
      "McNemar's test on the same test images. p is the probability of numbers at least as far apart, if "
      + "both networks erred equally often (exact, two-sided)."
    return element("p", text: words) + shown + refusals.joined(separator: "\n")
  }
}
