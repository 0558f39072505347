import Digits
import Foundation
import Lockstep
import Networks
import NumberText
import Pictures
import Training

/// What a learning-rate range test found: as JSON, as text and as a figure.
struct FindRateReport: Encodable {
  private let data: String
  private let network: String
  private let settings: TrainingSettings
  private let rule =
    "the rate of the lowest smoothed loss, at most a tenth of the one at which it diverged"
  private let end: LearningRateRangeTest.End
  private let divergingRate: Double?
  private let lowest: LearningRateRangeTest.Step?
  private let suggestedRate: Double?
  private let steps: [LearningRateRangeTest.Step]
  /// What a reader should know of the result, in sentences.
  let notes: [String]

  private enum CodingKeys: CodingKey {
    case data, network, settings, rule, end, divergingRate, lowest, suggestedRate, steps
  }

  /// The report of a test.
  ///
  /// - Parameters:
  ///   - test: the test.
  ///   - digits: the data set.
  ///   - plan: the training that the test was for.
  ///   - highRate: the rate at which it would have ended.
  init(
    _ test: LearningRateRangeTest, _ digits: DigitDataset, _ plan: TrainingOptions.Plan,
    highRate: Double
  ) {
    data = "\(digits.name), \(grouped(digits.train.count - plan.settings.validationCount)) images"
    network = networkInWords(plan.architecture)
    settings = plan.settings
    end = test.end
    divergingRate = test.divergingRate
    lowest = test.lowest
    suggestedRate = test.suggestedRate
    steps = test.steps
    notes = [
      test.suggestedRate == nil
        ? "the loss fell at no rate by more than a tenth, so none is suggested; look at the images, or "
          + "try another network" : nil,
      test.suggestedRate != nil && test.isStillFalling
        ? "the loss still fell at the highest rate of \(highRate); try a higher --high-rate" : nil,
    ].compactMap(\.self)
  }

  /// The lines for a person.
  var lines: [String] {
    let update = updateInWords(settings)
    let first = steps.first.map { "from \(shown($0.rate)) " } ?? ""
    let outcome =
      switch end {
      case .highestRate: "to \(shown(steps.last?.rate ?? 0))"
      case .diverged: "to \(shown(divergingRate ?? 0)), where the loss diverged"
      case .notFinite: "to \(shown(divergingRate ?? 0)), where numbers overflowed"
      }
    // A little room for what diverges; its height would hide the rest.
    let losses = steps.map(\.smoothedLoss)
    let top = losses.first ?? 0
    let curve = sparkline(
      losses.map { min($0, top) }, width: min(60, max(20, Terminal.output.width - 14)))
    return [
      "data        \(data)",
      "network     \(network)",
      "training    batch \(settings.batchSize)\(update.isEmpty ? "" : ", \(update)"), "
        + "seed \(settings.seed)",
      "test        \(grouped(steps.count)) steps \(first)\(outcome)",
      curve.isEmpty ? nil : "loss        \(curve)",
      lowest.map { "lowest      \(fixed($0.smoothedLoss, 4)) at \(shown($0.rate))" },
      "suggestion  \(suggestedRate.map { "--learning-rate \($0)" } ?? "none")",
      suggestedRate == nil ? nil : "            \(rule)",
    ].compactMap(\.self)
  }

  /// The curve of the loss, with the suggestion.
  var figure: Figure {
    let losses = steps.map(\.smoothedLoss).filter(\.isFinite)
    let top = 1.25 * max(losses.first ?? 1, losses.min() ?? 1)
    var series = [
      Series(
        "mini-batch", steps.map { Series.Point($0.rate, $0.loss) }, style: .points, color: 6),
      Series("smoothed", steps.map { Series.Point($0.rate, $0.smoothedLoss) }, color: 0),
    ]
    if let suggestedRate {
      series.append(
        Series(
          "suggestion: \(suggestedRate)",
          [Series.Point(suggestedRate, 0), Series.Point(suggestedRate, top)], style: .dashedLine,
          color: 1))
    }
    return Figure(
      title: "\(network.split(separator: ",").first ?? ""), batch \(settings.batchSize)",
      plots: [
        Plot(
          horizontal: Axis("learning rate", scale: .logarithmic),
          vertical: Axis("training loss", range: 0...top), series: series)
      ])
  }

  private func shown(_ rate: Double) -> String { String(format: "%.2g", rate) }
}
