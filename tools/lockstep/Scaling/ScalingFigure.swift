import Files
import Foundation
import Images
import Pictures
import Scaling
import Statistics

extension ScalingReport {
  /// Speed-up against workers, a plot for each kind of scaling.
  var figure: Figure {
    let plots = curves.map { $0.plot(processors: plan.processors) }
    return Figure(
      title: "\(network), batch \(plan.batchSize), \(counted(plan.processors, "processor"))",
      plots: plots + (simulation.map { [$0.plot] } ?? []))
  }
}

extension ScalingCurve {
  fileprivate func plot(processors: Int) -> Plot {
    let last = points.last?.workers ?? 1
    let axes = WorkerAxes(last: last)
    func measured(_ name: String, _ points: [Point], color: Int) -> [Series] {
      points.isEmpty
        ? []
        : [
          Series(
            name,
            points.map {
              Series.Point(
                Double($0.workers), $0.speedUp.median,
                interval: $0.workers == 1 ? nil : $0.speedUp.interval)
            }, style: .points, color: color)
        ]
    }
    let fitted = laws.enumerated().compactMap { index, fitted in
      fitted.law.map { law in
        Series(
          fitted.name, axes.places.map { Series.Point($0, law.speedUp(workers: $0).median) },
          color: 2 + index)
      }
    }
    return Plot(
      title: mode == .strong ? "Strong: the same batch" : "Weak: the batch grows with the workers",
      horizontal: axes.horizontal, vertical: axes.vertical("speed-up"),
      series: [axes.ideal] + fitted
        + measured("measured", points.filter { !$0.isOverSubscribed }, color: 0)
        + measured("over-subscribed", points.filter(\.isOverSubscribed), color: 1))
  }
}

extension SimulatedScaling {
  fileprivate var plot: Plot {
    let axes = WorkerAxes(last: predictions.last?.workers ?? 1)
    return Plot(
      title: "Simulated: a processor for each", horizontal: axes.horizontal,
      vertical: axes.vertical("speed-up"),
      series: [
        axes.ideal,
        Series("predicted", curve.map { Series.Point(Double($0.workers), $0.speedUp) }, color: 3),
        Series(
          "measured",
          checks.map {
            Series.Point(
              Double($0.workers), $0.speedUp.median,
              interval: $0.workers == 1 ? nil : $0.speedUp.interval)
          }, style: .points, color: 0),
      ])
  }
}

/// Axes for 1 … `last` workers: linear for a few, powers of two for many.
private struct WorkerAxes {
  let last: Int
  private var isLogarithmic: Bool { last > 12 }

  private var ticks: [Axis.Tick] {
    let counts = isLogarithmic ? (0...10).map { 1 << $0 } : Array(1...max(2, last))
    return counts.filter { $0 <= max(2, last) }.map { Axis.Tick(Double($0), "\($0)") }
  }

  /// A little room at the ends, so that points there are whole.
  private var range: ClosedRange<Double> {
    isLogarithmic ? 0.9...Double(last) * 1.1 : 0.8...Double(max(2, last)) + 0.2
  }

  var horizontal: Axis {
    Axis("workers", scale: isLogarithmic ? .logarithmic : .linear, range: range, ticks: ticks)
  }

  func vertical(_ label: String) -> Axis {
    isLogarithmic
      ? Axis(label, scale: .logarithmic, range: 0.5...Double(last) * 1.1, ticks: ticks)
      : Axis(label, range: 0...Double(max(2, last)) + 0.2)
  }

  /// Numbers of workers close enough for a smooth curve.
  var places: [Double] {
    (0...100).map { pow(Double(max(2, last)), Double($0) / 100) }
  }

  var ideal: Series {
    Series(
      "ideal", [Series.Point(1, 1), Series.Point(Double(max(2, last)), Double(max(2, last)))],
      style: .dashedLine, color: 6)
  }
}

extension PlotPath {
  /// Writes a figure, as SVG or PNG.
  func write(_ figure: Figure) throws {
    let drawing = figure.drawing()
    try writeDurably(
      kind == .png ? try drawing.image().pngBytes() : Array(drawing.svg.utf8), to: path)
  }
}
