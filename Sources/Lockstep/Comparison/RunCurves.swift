import Foundation
import NumberText
import Pictures

/// The curves of runs over their epochs, overlaid.
public struct RunCurves: Sendable {
  /// What is drawn.
  public enum Metric: String, CaseIterable, Sendable {
    case loss, accuracy
    case learningRate = "learning-rate"
    case gradientNorm = "gradient-norm"
  }

  /// How values of loss, learning rate and gradient norm become places.
  public enum Scale: String, CaseIterable, Sendable {
    /// Logarithmic for a loss or norm whose values are all above 0 and the largest more than 50 times
    /// the smallest.
    case automatic = "auto"
    case linear, logarithmic
  }

  private let runs: [(name: String, log: [LogLine])]
  private let scale: Scale

  /// The curves of some runs.
  ///
  /// - Parameters:
  ///   - runs: each with its name and its epochs.
  ///   - scale: the vertical axis, but of accuracies.
  public init(_ runs: [(name: String, log: [LogLine])], scale: Scale = .automatic) {
    self.runs = runs
    self.scale = scale
  }

  /// Up to so many runs are drawn with their training curves, too.
  private static let mostRunsWithTraining = 4

  /// Draws metrics side by side.
  ///
  /// - Parameter metrics: at least one.
  /// - Returns: a plot for each; nil where no run has a value of any.
  public func figure(_ metrics: [Metric]) -> Figure? {
    let plots = metrics.map(plot)
    guard plots.contains(where: { !$0.series.isEmpty }) else { return nil }
    return Figure(
      title: runs.count <= 3 ? runs.map(\.name).joined(separator: ", ") : "\(runs.count) runs",
      plots: plots.filter { !$0.series.isEmpty })
  }

  private func plot(_ metric: Metric) -> Plot {
    let curves: [Series] = runs.enumerated().flatMap { number, run in
      self.curves(metric, of: run, number: number)
    }
    let values = curves.flatMap { $0.points.map(\.y) }.filter(\.isFinite)
    return Plot(
      title: title(metric, isDashed: curves.contains { $0.style == .dashedLine }),
      horizontal: Axis("epoch"),
      vertical: Axis(metric.label, scale: axisScale(metric, values)), series: curves)
  }

  private func curves(
    _ metric: Metric, of run: (name: String, log: [LogLine]), number: Int
  ) -> [Series] {
    func curve(_ name: String?, _ style: Series.Style, _ value: (LogLine) -> Double?) -> Series? {
      let points = run.log.compactMap { line in
        value(line).map { Series.Point(Double(line.epoch), $0) }
      }
      guard points.contains(where: { $0.y.isFinite }) else { return nil }
      return Series(
        name, points, style: style, color: number, markEvery: max(1, points.count / 8))
    }
    // The eighth run has the color of the first one, and marks.
    let line = number < PlotColors.series.count ? Series.Style.line : .lineAndPoints
    let hasTraining = runs.count <= Self.mostRunsWithTraining
    switch metric {
    case .loss:
      let heldOut = curve(run.name, line) { $0.validationLoss ?? $0.testLoss }
      return [
        hasTraining || heldOut == nil
          ? curve(heldOut == nil ? run.name : nil, .dashedLine, \.trainLoss) : nil, heldOut,
      ].compactMap(\.self)
    case .accuracy:
      let heldOut = curve(run.name, line) { percent($0.validationAccuracy ?? $0.testAccuracy) }
      return [
        hasTraining || heldOut == nil
          ? curve(heldOut == nil ? run.name : nil, .dashedLine) { percent($0.trainAccuracy) } : nil,
        heldOut,
      ].compactMap(\.self)
    case .learningRate: return [curve(run.name, line, \.learningRate)].compactMap(\.self)
    case .gradientNorm: return [curve(run.name, line, \.gradientNorm)].compactMap(\.self)
    }
  }

  private func percent(_ share: Double?) -> Double? { share.map { $0 * 100 } }

  private func title(_ metric: Metric, isDashed: Bool) -> String {
    guard metric == .loss || metric == .accuracy else { return metric.title }
    let heldOut = Set(
      runs.flatMap(\.log).compactMap { line in
        line.validationLoss != nil ? "validation" : line.testLoss != nil ? "test" : nil
      })
    let solid = heldOut.sorted().reversed().joined(separator: " or ")
    if solid.isEmpty { return "\(metric.title) in training" }
    return "\(metric.title), \(solid)\(isDashed ? " (training dashed)" : "")"
  }

  private func axisScale(_ metric: Metric, _ values: [Double]) -> Axis.Scale {
    guard metric != .accuracy else { return .linear }
    switch scale {
    case .linear: return .linear
    case .logarithmic: return .logarithmic
    case .automatic:
      guard metric != .learningRate, let low = values.min(), let high = values.max(), low > 0
      else { return .linear }
      return high > 50 * low ? .logarithmic : .linear
    }
  }
}

extension RunCurves.Metric {
  fileprivate var label: String {
    switch self {
    case .loss: "loss"
    case .accuracy: "accuracy (%)"
    case .learningRate: "learning rate"
    case .gradientNorm: "norm of the gradient"
    }
  }

  fileprivate var title: String {
    switch self {
    case .loss: "Loss"
    case .accuracy: "Accuracy"
    case .learningRate: "Learning rate"
    case .gradientNorm: "Gradient"
    }
  }
}
