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
      report.heldOut?.accuracy.map { percent($0) } ?? "", significant(report.learningRate),
      grouped(Int(imagesPerSecond)), report.gradientNorm.map { significant($0) } ?? "",
    ])
  }

  private func line(_ cells: [String]) -> String {
    let widths = [5, 13, 9, heldOut.count + 5, 9, 8, 10, 9]
    let shown = hasNorm ? cells : Array(cells.dropLast())
    return zip(shown, widths).map { $0.leftPadded(to: $1) }.joined(separator: "  ")
  }

  /// A small number with three significant digits.
  private func significant(_ value: Double) -> String {
    var decimals = 2
    var magnitude = abs(value)
    while magnitude > 0, magnitude < 1, decimals < 9 {
      magnitude *= 10
      decimals += 1
    }
    return fixed(value, decimals)
  }
}
