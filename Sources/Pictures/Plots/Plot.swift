/// One set of axes with what is drawn between them.
///
/// It says what is shown, not how: sizes, round ticks and colors are chosen when it is drawn.
public struct Plot: Equatable, Sendable {
  /// What stands above the axes; empty for nothing.
  public var title: String
  /// The axis from left to right.
  public var horizontal: Axis
  /// The axis from bottom to top.
  public var vertical: Axis
  /// Whether a unit is as long on the vertical axis as on the horizontal one, so that circles are
  /// round and directions true. The box between the axes then takes the shape of their ranges.
  public var hasEqualAxes: Bool
  /// Values on a grid of cells, behind everything else.
  public var heatMap: HeatMap?
  /// Lines and points, the first one at the back.
  public var series: [Series]
  /// Words at points, in front of everything else.
  public var notes: [Note]

  /// A plot of lines, points and, behind them, a heat map.
  public init(
    title: String = "", horizontal: Axis, vertical: Axis, hasEqualAxes: Bool = false,
    heatMap: HeatMap? = nil, series: [Series] = [], notes: [Note] = []
  ) {
    self.title = title
    self.horizontal = horizontal
    self.vertical = vertical
    self.hasEqualAxes = hasEqualAxes
    self.heatMap = heatMap
    self.series = series
    self.notes = notes
  }
}

/// Words beside a point of a plot.
public struct Note: Equatable, Sendable {
  /// Where the words stand, seen from the point.
  public enum Side: Equatable, Sendable {
    case above, below, left, right
  }

  /// The words.
  public let words: String
  /// The point's value on the horizontal axis.
  public let x: Double
  /// The point's value on the vertical axis.
  public let y: Double
  /// Where the words stand; they are moved as far as they have to be to stay between the axes.
  public let side: Side

  /// Words beside a point. They are left out where the point has no place between the axes.
  public init(_ words: String, _ x: Double, _ y: Double, side: Side = .above) {
    self.words = words
    self.x = x
    self.y = y
    self.side = side
  }
}

/// A direction of a plot.
public struct Axis: Equatable, Sendable {
  /// How a value becomes a place.
  public enum Scale: Equatable, Sendable {
    case linear
    /// Equal ratios are equally far apart. Values that are not above 0 have no place.
    case logarithmic
  }

  /// A place on the axis that is marked with words instead of a number.
  public struct Tick: Equatable, Sendable {
    /// Where it stands.
    public let value: Double
    /// The words beside it.
    public let label: String

    /// A mark with a label.
    public init(_ value: Double, _ label: String) {
      self.value = value
      self.label = label
    }
  }

  /// What is shown, with its unit: `time (s)`.
  public var label: String
  /// How a value becomes a place.
  public var scale: Scale
  /// The values at the ends, finite, above 0 on a logarithmic axis; nil for all that is shown, out
  /// to round ticks.
  public var range: ClosedRange<Double>?
  /// Marks in words, for groups instead of numbers; nil for round numbers.
  public var ticks: [Tick]?

  /// An axis.
  public init(
    _ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil,
    ticks: [Tick]? = nil
  ) {
    self.label = label
    self.scale = scale
    self.range = range
    self.ticks = ticks
  }
}

/// Points that belong together.
public struct Series: Equatable, Sendable {
  /// How points are shown.
  public enum Style: Equatable, Sendable {
    case line
    case dashedLine
    case points
    case lineAndPoints
    /// A line with a head at its last point.
    case arrow
    /// The series' name at each point instead of a mark, as a digit for its class; needs no legend.
    case names
  }

  /// A point in the units of the axes. One that is not finite, or has no place on a logarithmic
  /// axis, is left out and interrupts a line.
  public struct Point: Equatable, Sendable {
    /// The value on the horizontal axis.
    public let x: Double
    /// The value on the vertical axis.
    public let y: Double
    /// The ends of a vertical bar through the point, an interval of confidence; nil for none.
    public let interval: ClosedRange<Double>?

    /// A point.
    public init(_ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }

  /// The words of the legend; nil for no entry.
  public let name: String?
  /// [points], in the order in which a line connects them.
  public let points: [Point]
  /// How they are shown.
  public let style: Style
  /// The number of the color in the plot's palette; nil for the number of the series.
  public let color: Int?
  /// Of a style with marks, every how many points have one, from the first on.
  public let markEvery: Int

  /// A series of points.
  public init(
    _ name: String?, _ points: [Point], style: Style = .line, color: Int? = nil, markEvery: Int = 1
  ) {
    precondition(markEvery >= 1, "a mark every \(markEvery) points")
    self.name = name
    self.points = points
    self.style = style
    self.color = color
    self.markEvery = markEvery
  }
}

/// Values on a grid of equal cells that fills a rectangle of the plot, whose axes are linear and
/// reach at least as far.
public struct HeatMap: Equatable, Sendable {
  /// How a value becomes a color.
  public enum Palette: Equatable, Sendable {
    /// From dark for the lowest to light for the highest value.
    case sequential
    /// White for 0, red for positive, blue for negative values: see `SignedPalette`.
    case signed
  }

  /// What the colors mean, with the unit; the words beside the scale of colors.
  public let label: String
  /// [rows × columns], the lowest row of the plot first, each from the left.
  public let values: [Double]
  /// The number of cells from left to right.
  public let columns: Int
  /// The number of cells from bottom to top.
  public let rows: Int
  /// Where the cells' outer borders lie on the horizontal axis.
  public let horizontal: ClosedRange<Double>
  /// Where the cells' outer borders lie on the vertical axis.
  public let vertical: ClosedRange<Double>
  /// How a value becomes a color.
  public let palette: Palette
  /// The values at the ends of the palette; nil for the lowest and the highest, of a signed palette
  /// for those as far from 0 as the farthest.
  public let range: ClosedRange<Double>?
  /// The values along which contour lines run.
  public let contours: [Double]

  /// A heat map of values, [rows × columns] from the bottom.
  public init(
    _ label: String, values: [Double], columns: Int, rows: Int, horizontal: ClosedRange<Double>,
    vertical: ClosedRange<Double>, palette: Palette = .sequential,
    range: ClosedRange<Double>? = nil, contours: [Double] = []
  ) {
    precondition(
      columns >= 1 && rows >= 1 && values.count == columns * rows,
      "\(values.count) values for \(rows) × \(columns) cells")
    precondition(
      [horizontal, vertical].allSatisfy {
        $0.lowerBound < $0.upperBound && $0.lowerBound.isFinite && $0.upperBound.isFinite
      }, "cells have a size: \(horizontal), \(vertical)")
    self.label = label
    self.values = values
    self.columns = columns
    self.rows = rows
    self.horizontal = horizontal
    self.vertical = vertical
    self.palette = palette
    self.range = range
    self.contours = contours
  }
}

/// Plots side by side under one title: what becomes a file.
public struct Figure: Equatable, Sendable {
  /// What stands above all plots.
  public var title: String
  /// The plots, row by row.
  public var plots: [Plot]
  /// The plots in a row; nil for a shape that reads well.
  public var columns: Int?

  /// A figure of one or more plots.
  public init(title: String, plots: [Plot], columns: Int? = nil) {
    precondition(!plots.isEmpty, "a figure shows at least one plot")
    self.title = title
    self.plots = plots
    self.columns = columns
  }
}
