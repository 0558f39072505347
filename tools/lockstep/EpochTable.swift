import NumberText
import Training

/// The printed table, one line per epoch.
struct EpochTable {
  private let heldOut: String
  private let hasNorm: Bool

  init(trainer: Trainer) {
    heldOut = trainer.settings.validationCount > 0 ? "validation" : "test"
    hasNorm = trainer.settings.gradientNormThreshold != nil
  }

  /// The line above the first epoch's.
  var title: String {
    line([
      "epoch", "training loss", "accuracy", "\(heldOut) loss", "accuracy", "rate", "images/s",
      "gradient",
    ])
  }

  /// The line of an epoch.
  func line(_ report: EpochReport, imagesPerSecond: Double) -> String {
    line([
      "\(report.epoch)", fixed(report.training.loss, 4),
      report.training.accuracy.map { percent($0) } ?? "",
      report.heldOut.map { fixed($0.loss, 4) } ?? "",
      report.heldOut?.accuracy.map { percent($0) } ?? "",
      fixed(report.learningRate, significantDigits: 3),
      grouped(Int(imagesPerSecond)),
      report.gradientNorm.map { fixed($0, significantDigits: 3) } ?? "",
    ])
  }

  private func line(_ cells: [String]) -> String {
    let widths = [5, 13, 9, heldOut.count + 5, 9, 8, 10, 9]
    let shown = hasNorm ? cells : Array(cells.dropLast())
    return zip(shown, widths).map { $0.leftPadded(to: $1) }.joined(separator: "  ")
  }
}
