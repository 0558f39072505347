import Images

/// An image whose kind is known only when the program runs, since a user chose the palette.
public enum Picture: Equatable, Sendable {
  case gray(GrayImage)
  case color(ColorImage)
}

extension Picture {
  /// The number of rows and columns.
  public var size: ImageSize {
    switch self {
    case .gray(let image): image.size
    case .color(let image): image.size
    }
  }

  /// The picture with every pixel made a square of `zoom` × `zoom` pixels.
  ///
  /// - Parameter zoom: the factor, ≥ 1.
  /// - Returns: a picture of `zoom` times the height and the width.
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

  /// The content of an animated PNG file; see `Image.animatedPNGBytes(of:)`.
  ///
  /// - Parameter frames: pictures of one size and one kind, and the milliseconds of each.
  /// - Throws: libpng's reason, such as a side over its limit.
  /// - Returns: the bytes of the file.
  public static func animatedPNGBytes(
    of frames: [(picture: Picture, milliseconds: Int)]
  ) throws(PNGError) -> [UInt8] {
    let gray = frames.compactMap { frame -> GrayImage.Frame? in
      if case .gray(let image) = frame.picture { (image, frame.milliseconds) } else { nil }
    }
    let color = frames.compactMap { frame -> ColorImage.Frame? in
      if case .color(let image) = frame.picture { (image, frame.milliseconds) } else { nil }
    }
    precondition(gray.isEmpty || color.isEmpty, "the frames of an animation are of one kind")
    return try gray.isEmpty
      ? ColorImage.animatedPNGBytes(of: color) : GrayImage.animatedPNGBytes(of: gray)
  }
}
