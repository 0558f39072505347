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

  /// The curves that the scripts of a page draw.
  private struct Curves: Decodable {
    struct Chart: Decodable {
      let title: String
      let series: [Line]
    }
    struct Line: Decodable {
      let name: String
      let run: Int
      let isTraining: Bool
      let points: [[Double]]
    }
    let epochs: [Int]
    let charts: [Chart]
  }

  /// Nil where a page has no curves.
  private func curves(of page: [UInt8]) throws -> Curves? {
    let opening = #"<script type="application/json" id="comparison">"#
    let json = try #require(
      String(decoding: page, as: UTF8.self).components(separatedBy: opening).last?
        .components(separatedBy: "</script>").first)
    return try JSONDecoder().decode(Curves?.self, from: Data(json.utf8))
  }

  @Test func `the page holds the curves of the logs`() throws {
    let folder = try TemporaryFolder()
    let (comparison, _) = try comparison(in: folder)
    let figure = RunCurves(zip(comparison.names, comparison.runs).map { ($0, $1.log) })
      .figure([.loss, .learningRate])
    let curves = try #require(try curves(of: comparison.page(curves: figure)))
    #expect(curves.epochs == [1])
    #expect(curves.charts.map(\.title).last == "Learning rate")
    let losses = try #require(curves.charts.first).series
    #expect(losses.map(\.name) == ["<i>", "<i> in training", "second", "second in training"])
    #expect(losses.map(\.run) == [0, 0, 1, 1])
    #expect(losses.map(\.isTraining) == [false, true, false, true])
    let logs = comparison.runs.map { $0.log[0] }
    #expect(
      losses.map(\.points) == logs.flatMap { [[[1, $0.testLoss ?? .nan]], [[1, $0.trainLoss]]] })
    let none = try self.curves(of: comparison.page(curves: nil))
    #expect(none == nil)
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
