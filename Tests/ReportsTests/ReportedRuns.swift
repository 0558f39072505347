import Digits
import Files
import Foundation
import Images
import Lockstep
import Networks
import Reports
import TestSupport
import Testing
import Training

/// The page of a run, and the numbers in it.
struct WrittenPage {
  let text: String
  let report: [String: Any]

  init(_ report: RunReport) throws {
    text = String(decoding: report.page, as: UTF8.self)
    let opening = #"<script type="application/json" id="report">"#
    let json = try #require(
      text.components(separatedBy: opening).last?.components(separatedBy: "</script>").first)
    self.report = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  /// A part of the report.
  func part(_ name: String) throws -> [String: Any] {
    try #require(report[name] as? [String: Any], "\(name)")
  }
}

/// A trained run in a folder of its own.
struct ReportedRun {
  let files: TemporaryFolder
  let digits: DigitDataset
  let result: TrainingRun.Result
  let folder: RunFolder

  init(
    _ digits: DigitDataset, hidden: [Int] = [12], loss: Loss = .softmaxCrossEntropy,
    epochs: Int = 2
  ) throws {
    files = try TemporaryFolder()
    self.digits = digits.prepared(workers: 2)
    let network = Architecture(
      inputs: digits.train.pixelsPerImage, hidden: hidden, outputs: digits.classCount, loss: loss)
    let run = try TrainingRun(
      self.digits, from: files("data"), network, settings: TrainingSettings(epochs: epochs),
      in: files("run"), workers: 2)
    while try run.next() != nil {}
    result = run.finish()
    folder = run.folder
  }

  func page(with digits: DigitDataset?) throws -> WrittenPage {
    try WrittenPage(
      RunReport(of: folder, digits: digits, command: { _ in "lockstep train" }, workers: 2))
  }

  func page() throws -> WrittenPage { try page(with: digits) }
}

/// Some of the embedded digits, spread over all classes.
func fewDigits(
  train: Int = 300, test: Int = 200, classNames: [String]? = nil
) throws -> DigitDataset {
  let digits = try embeddedDigits()
  func some(_ count: Int, of set: DigitSet) -> DigitSet {
    let chosen = (0..<count).map { $0 * set.count / count }
    return DigitSet(
      images: chosen.flatMap { set.pixels(ofImage: $0) }, labels: chosen.map { set.labels[$0] },
      imageSize: set.imageSize)
  }
  return DigitDataset(
    name: digits.name, train: some(train, of: digits.train), test: some(test, of: digits.test),
    classNames: classNames ?? digits.classNames)
}
