import Digits
import Foundation
import Lockstep
import Networks
import Pictures
import Reports
import TestSupport
import Testing
import Training

@Suite struct ComparisonPageTests {
  private static let hostile = "<b onload='x'>&\"{{style}}"

  /// Two models of one data set, whose names a page must not take for markup.
  private func comparison(in folder: TemporaryFolder) throws -> (Comparison, DigitDataset) {
    let few = try embeddedDigits()
    let digits = DigitDataset(
      name: Self.hostile, train: few.train, test: few.test,
      classNames: few.classNames.dropLast() + ["</style><script>nine</script>"]
    ).prepared(workers: 2)
    let runs = try ["<i>", "second"].enumerated().map { index, name in
      let run = try TrainingRun(
        digits, from: folder("secret"), Architecture(inputs: 784, hidden: [4], outputs: 10),
        settings: TrainingSettings(epochs: 1, seed: UInt64(index)), in: folder(name), workers: 2)
      while try run.next() != nil {}
      #expect(run.finish().problems.isEmpty)
      var compared = try ComparedRun(contentsOf: folder(name))
      try compared.evaluate(
        on: digits, digests: digits.contentDigests(workers: 2), from: folder("secret"), workers: 2)
      return compared
    }
    return (Comparison(runs), digits)
  }

  @Test func `the page escapes all names, and holds no foreign script, request or folder`() throws {
    let folder = try TemporaryFolder()
    let (comparison, _) = try comparison(in: folder)
    let curves = RunCurves(zip(comparison.names, comparison.runs).map { ($0, $1.log) })
    let page = String(
      decoding: comparison.page(curves: curves.figure([.loss, .accuracy])), as: UTF8.self)
    #expect(page.contains("&lt;i&gt;") && page.contains("&lt;/style&gt;&lt;script&gt;nine"))
    #expect(page.contains("&lt;b onload=&#39;x&#39;&gt;&amp;&quot;{{style}}"))
    // The scripts of the page, one with the curves and one with the code, end twice.
    #expect(page.components(separatedBy: "</script").count - 1 == 2)
    for markup in ["<i>", "<script>nine", "<b onload", folder.path, "secret", "url(", "@import"] {
      #expect(!page.contains(markup), "\(markup)")
    }
    let addresses = page.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) }
    #expect(addresses.allSatisfy { $0.hasPrefix("data:image/png;base64,") || $0.hasPrefix("#") })
    #expect(page.contains("default-src 'none'"))
  }

  /// The curves that the scripts of a page draw; nil where it has none.
  private func curves(of page: String) throws -> [String: Any]? {
    let opening = #"<script type="application/json" id="comparison">"#
    let json = try #require(
      page.components(separatedBy: opening).last?.components(separatedBy: "</script>").first)
    return try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
      as? [String: Any]
  }

  @Test func `the page holds the curves of the logs`() throws {
    let folder = try TemporaryFolder()
    let (comparison, _) = try comparison(in: folder)
    let figure = RunCurves(zip(comparison.names, comparison.runs).map { ($0, $1.log) })
      .figure([.loss, .learningRate])
    let page = String(decoding: comparison.page(curves: figure), as: UTF8.self)
    let curves = try #require(try curves(of: page))
    #expect(curves["epochs"] as? [Int] == [1])
    let charts = try #require(curves["charts"] as? [[String: Any]])
    #expect(charts.map { $0["title"] as? String }.last == "Learning rate")
    let losses = try #require(charts.first?["series"] as? [[String: Any]])
    #expect(
      losses.map { $0["name"] as? String } == [
        "<i>", "<i> in training", "second", "second in training",
      ])
    #expect(losses.map { $0["run"] as? Int } == [0, 0, 1, 1])
    #expect(losses.map { $0["isTraining"] as? Bool } == [false, true, false, true])
    let logs = comparison.runs.map { $0.log[0] }
    #expect(
      losses.map { $0["points"] as? [[Double]] }
        == logs.flatMap { [[[1, $0.testLoss ?? .nan]], [[1, $0.trainLoss]]] })
    let without = String(decoding: comparison.page(curves: nil), as: UTF8.self)
    #expect(try self.curves(of: without) == nil)
  }

  @Test func `the page shows the images on which the networks disagree`() throws {
    let folder = try TemporaryFolder()
    let (comparison, _) = try comparison(in: folder)
    let page = String(decoding: comparison.page(curves: nil), as: UTF8.self)
    let disagreements = try #require(comparison.testSets.first).disagreements
    try #require(disagreements.count > 20)
    let pictures = page.matches(of: /<img alt="Test image ([0-9]+),/).compactMap { Int($0.1) }
    #expect(pictures == disagreements.prefix(400).map(\.image))
    guard case .tested(let test, _, _) = try #require(comparison.pairs.first).outcome else {
      Issue.record("no test")
      return
    }
    #expect(page.contains("<td class=\"count\">\(test.onlyFirst)</td>"))
    #expect(page.contains("<td class=\"count\">\(test.onlySecond)</td>"))
    #expect(page.contains("The same for all: "))
  }
}
