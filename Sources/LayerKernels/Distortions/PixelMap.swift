/// An affine map of the plane in pixels: (x, y) is x columns to the right and y rows down from the middle of the first
/// pixel.
public struct PixelMap: Equatable, Sendable {
  /// What a step of one column adds to the mapped position.
  public let column: (x: Double, y: Double)
  /// What a step of one row adds.
  public let row: (x: Double, y: Double)
  /// Where the first pixel comes to lie.
  public let origin: (x: Double, y: Double)

  /// The map (x, y) ↦ x · column + y · row + origin.
  public init(
    column: (x: Double, y: Double), row: (x: Double, y: Double), origin: (x: Double, y: Double)
  ) {
    self.column = column
    self.row = row
    self.origin = origin
  }

  /// The map that leaves every pixel where it is.
  public static let identity = PixelMap(column: (1, 0), row: (0, 1), origin: (0, 0))

  /// Whether two maps have equal numbers.
  public static func == (left: PixelMap, right: PixelMap) -> Bool {
    left.column == right.column && left.row == right.row && left.origin == right.origin
  }
}
