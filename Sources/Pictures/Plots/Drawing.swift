import Images

/// A picture made of lines, areas and words, in points from the top left corner: what becomes SVG
/// or pixels.
public struct Drawing: Equatable, Sendable {
  /// A place, x from the left and y from the top, in points.
  public struct Place: Equatable, Sendable {
    /// Points from the left.
    public var x: Double
    /// Points from the top.
    public var y: Double

    /// A place.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Which part of a line of words stands at its place.
  public enum Anchor: Equatable, Sendable {
    case start, middle, end
  }

  /// What is drawn.
  public enum Mark: Equatable, Sendable {
    /// A line along places with round joins and ends; `dash` is the length of strokes and gaps in
    /// turn, empty for a line without gaps.
    case line([Place], width: Double, color: RGB, dash: [Double] = [])
    /// An area within places.
    case area([Place], color: RGB)
    /// A full circle.
    case disc(Place, radius: Double, color: RGB)
    /// Words on a baseline through a place.
    case text(
      String, Place, size: Double, color: RGB, anchor: Anchor = .start, isUpward: Bool = false)
    /// An image stretched over a rectangle, each pixel a sharp cell.
    case image(ColorImage, topLeft: Place, bottomRight: Place)
  }

  /// Points from left to right.
  public let width: Double
  /// Points from top to bottom.
  public let height: Double
  /// What it shows, in words, for readers who do not see it.
  public let title: String
  /// All that is drawn on white, the first at the back.
  public private(set) var marks: [Mark]

  /// An empty drawing.
  public init(width: Double, height: Double, title: String) {
    precondition(
      width > 0 && height > 0 && width.isFinite && height.isFinite,
      "a drawing has a size: \(width) × \(height)")
    self.width = width
    self.height = height
    self.title = title
    marks = []
  }

  /// Draws a mark over all others.
  public mutating func add(_ mark: Mark) {
    precondition(mark.numbers.allSatisfy(\.isFinite), "a mark has a place and a size: \(mark)")
    marks.append(mark)
  }

  /// Draws all marks of another drawing over those that are there.
  ///
  /// - Parameters:
  ///   - other: the drawing, whose title is left out.
  ///   - place: where its top left corner comes to lie.
  public mutating func add(_ other: Drawing, at place: Place) {
    for mark in other.marks { add(mark.moved(by: place)) }
  }
}

extension Drawing.Mark {
  /// The same mark, so far to the right and down.
  fileprivate func moved(by offset: Drawing.Place) -> Drawing.Mark {
    func moved(_ place: Drawing.Place) -> Drawing.Place {
      Drawing.Place(place.x + offset.x, place.y + offset.y)
    }
    return switch self {
    case .line(let places, let width, let color, let dash):
      .line(places.map(moved), width: width, color: color, dash: dash)
    case .area(let places, let color): .area(places.map(moved), color: color)
    case .disc(let center, let radius, let color):
      .disc(moved(center), radius: radius, color: color)
    case .text(let words, let place, let size, let color, let anchor, let isUpward):
      .text(words, moved(place), size: size, color: color, anchor: anchor, isUpward: isUpward)
    case .image(let image, let topLeft, let bottomRight):
      .image(image, topLeft: moved(topLeft), bottomRight: moved(bottomRight))
    }
  }

  /// Its places and sizes.
  fileprivate var numbers: [Double] {
    func coordinates(_ places: [Drawing.Place]) -> [Double] { places.flatMap { [$0.x, $0.y] } }
    return switch self {
    case .line(let places, let width, _, let dash): coordinates(places) + dash + [width]
    case .area(let places, _): coordinates(places)
    case .disc(let center, let radius, _): [center.x, center.y, radius]
    case .text(_, let place, let size, _, _, _): [place.x, place.y, size]
    case .image(_, let topLeft, let bottomRight): coordinates([topLeft, bottomRight])
    }
  }
}
