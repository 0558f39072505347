import Pictures

/// The curves of a figure, for the scripts of the page.
struct ComparedCurves: Encodable {
  /// A chart over the epochs.
  struct Chart: Encodable {
    let title: String
    /// Whether values are per cent.
    let isPercent: Bool
    let isLogarithmic: Bool
    let series: [Line]
  }

  /// A curve of a run.
  struct Line: Encodable {
    let name: String
    /// The place of the run, which gives it a color.
    let run: Int
    /// Whether it is a curve of the training beside one of held-out images.
    let isTraining: Bool
    /// [epoch, value] by epoch.
    let points: [[Double]]
  }

  /// All epochs of the curves, ascending; at most `mostEpochs`, spread evenly.
  let epochs: [Int]
  let charts: [Chart]

  private static let mostEpochs = 2000

  init(_ figure: Figure) {
    let all = Set(figure.plots.flatMap(\.series).flatMap(\.points).map { Int($0.x) }).sorted()
    epochs =
      all.count > Self.mostEpochs
      ? (1...Self.mostEpochs).map { all[$0 * all.count / Self.mostEpochs - 1] } : all
    let shown = Set(epochs)
    charts = figure.plots.map { plot in
      let names = Dictionary(
        plot.series.compactMap { series in series.name.map { (series.color ?? 0, $0) } },
        uniquingKeysWith: { first, _ in first })
      let lines = plot.series.map { series in
        let run = series.color ?? 0
        return Line(
          name: series.name ?? "\(names[run] ?? "") in training", run: run,
          isTraining: series.name == nil,
          points: series.points.filter { shown.contains(Int($0.x)) && $0.y.isFinite }
            .map { [$0.x, $0.y] })
      }
      return Chart(
        title: plot.title, isPercent: plot.vertical.label.hasSuffix("(%)"),
        isLogarithmic: plot.vertical.scale == .logarithmic,
        series: lines.filter { !$0.points.isEmpty }
          .sorted { ($0.run, $0.isTraining ? 1 : 0) < ($1.run, $1.isTraining ? 1 : 0) })
    }
  }
}
