/// The size of an image in pixels.
public struct ImageSize: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int

  /// A size of at least one pixel.
  public init(height: Int, width: Int) {
    precondition(height >= 1 && width >= 1, "an image has at least one pixel")
    self.height = height
    self.width = width
  }

  /// Reads the keys `height` and `width`.
  ///
  /// - Throws: a `DecodingError` where one of them is missing or below 1.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func side(_ key: CodingKeys) throws -> Int {
      let side = try container.decode(Int.self, forKey: key)
      guard side >= 1 else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "an image has at least one pixel")
      }
      return side
    }
    self.init(height: try side(.height), width: try side(.width))
  }

  private enum CodingKeys: CodingKey { case height, width }

  /// The number of pixels.
  public var pixelCount: Int { height * width }

  /// Height × width, as the shapes are written everywhere in this package.
  public var description: String { "\(height) × \(width)" }
}
