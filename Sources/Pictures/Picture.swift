/// An image whose kind is known only when the program runs, since a user chose the palette.
public enum Picture: Equatable, Sendable {
  case gray(GrayImage)
  case color(ColorImage)
}

extension Picture {
  /// Pixels in a row.
  public var width: Int {
    switch self {
    case .gray(let image): image.width
    case .color(let image): image.width
    }
  }

  /// Rows.
  public var height: Int {
    switch self {
    case .gray(let image): image.height
    case .color(let image): image.height
    }
  }

  /// The picture with every pixel made a square of `zoom` × `zoom` pixels.
  ///
  /// - Parameter zoom: the factor, ≥ 1.
  /// - Returns: a picture of `zoom` times the width and the height.
  public func enlarged(by zoom: Int) -> Picture {
    switch self {
    case .gray(let image): .gray(image.enlarged(by: zoom))
    case .color(let image): .color(image.enlarged(by: zoom))
    }
  }

  /// The content of a PNG file with this picture.
  ///
  /// - Throws: libpng's reason, such as a side over its limit.
  public func pngBytes() throws(PNGError) -> [UInt8] {
    switch self {
    case .gray(let image): try image.pngBytes()
    case .color(let image): try image.pngBytes()
    }
  }
}
