import Files

/// The size of an image in pixels.
public struct ImageSize: Hashable, Sendable, CustomStringConvertible {
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

  /// Height × width, as the shapes are written everywhere in this package.
  public var description: String { "\(height) × \(width)" }
}

/// One gray image of any size, say the picture of a digit that a network has never seen.
public struct GrayPicture: Equatable, Sendable {
  /// The pixels row by row; 0 is black, 255 white.
  public let pixels: [UInt8]  // [height × width]
  /// The number of rows and columns.
  public let size: ImageSize
  /// The name of its source, for error messages.
  public let name: String

  /// A picture of given pixels.
  ///
  /// - Parameters:
  ///   - pixels: height × width bytes, row by row.
  ///   - size: the number of rows and columns.
  ///   - name: what a problem with the picture calls it.
  public init(pixels: [UInt8], size: ImageSize, name: String = "picture") {
    precondition(
      pixels.count == size.height * size.width,
      "a picture of \(size) does not have \(pixels.count) pixels")
    self.pixels = pixels
    self.size = size
    self.name = name
  }

  /// Reads a PNG of any kind as 8-bit gray: colour is weighted to its luminance, 16 bits are
  /// rounded to 8, and transparent pixels lie on white.
  ///
  /// - Throws: `noInput` where the file cannot be read; `wrongData` where it is not a whole PNG, or
  ///   one that is higher or wider than 4096 pixels.
  public init(pngFile path: String) throws(FileProblem) {
    self = try decodePNG(try readFile(path, byteLimit: pngByteLimit), path: path)
  }

  /// The number of rows.
  public var height: Int { size.height }

  /// The number of columns.
  public var width: Int { size.width }

  /// The picture brought to another size: averaged over areas where that is smaller, interpolated
  /// linearly where it is larger, in integers, so alike on every system.
  public func resized(to size: ImageSize) -> GrayPicture {
    let pixels = Resampling(from: self.size, to: size).apply(to: pixels[...])
    return GrayPicture(pixels: pixels, size: size, name: name)
  }
}
