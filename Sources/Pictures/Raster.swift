/// What a raster holds per pixel: a fixed number of bytes, in the order in which a PNG file wants
/// them.
public protocol Pixel: BitwiseCopyable, Equatable, Sendable {
  /// 1 for a shade of gray, 3 for red, green and blue.
  static var channels: Int { get }
}

extension UInt8: Pixel {
  /// A byte is one shade of gray.
  public static var channels: Int { 1 }
}

/// A color of the sRGB space, 8 bits a channel.
public struct RGB: Pixel {
  /// Red, green and blue.
  public static var channels: Int { 3 }

  /// From 0 (none) to 255 (all) of red.
  public var red: UInt8
  /// From 0 (none) to 255 (all) of green.
  public var green: UInt8
  /// From 0 (none) to 255 (all) of blue.
  public var blue: UInt8

  /// Makes a color of its three channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Makes the neutral color of a shade of gray.
  public init(gray shade: UInt8) {
    self.init(red: shade, green: shade, blue: shade)
  }
}

/// An 8-bit gray image: 0 is black, 255 is white.
public typealias GrayImage = Raster<UInt8>

/// An 8-bit image in red, green and blue.
public typealias ColorImage = Raster<RGB>

/// A rectangle of pixels, at least one, row by row from the top left.
public struct Raster<Shade: Pixel>: Equatable, Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// All pixels, row by row from the top, each row from the left.
  public private(set) var pixels: [Shade]  // [height × width]

  /// Makes an image of its pixels.
  ///
  /// - Parameters:
  ///   - width: pixels in a row, ≥ 1.
  ///   - height: rows, ≥ 1.
  ///   - pixels: [height × width], row by row from the top.
  public init(width: Int, height: Int, pixels: [Shade]) {
    precondition(width >= 1 && height >= 1, "an image has at least one pixel")
    precondition(
      pixels.count == width * height,
      "\(pixels.count) pixels do not fill an image of \(width) × \(height)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Makes an image of one shade.
  ///
  /// - Parameters:
  ///   - width: pixels in a row, ≥ 1.
  ///   - height: rows, ≥ 1.
  ///   - shade: what every pixel is.
  public init(width: Int, height: Int, filledWith shade: Shade) {
    precondition(width >= 1 && height >= 1, "an image has at least one pixel")
    self.init(
      width: width, height: height, pixels: Array(repeating: shade, count: width * height))
  }

  /// The pixel at a row, counted from the top, and a column, counted from the left.
  public subscript(row: Int, column: Int) -> Shade {
    get { pixels[index(row, column)] }
    set { pixels[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      0..<height ~= row && 0..<width ~= column,
      "row \(row), column \(column) lies outside an image of \(width) × \(height)")
    return row * width + column
  }

  /// The image with every pixel made a square of `zoom` × `zoom` pixels.
  ///
  /// Nothing is smoothed: in pictures of weights the single pixel is the message.
  ///
  /// - Parameter zoom: the factor, ≥ 1.
  /// - Returns: an image of `zoom` times the width and the height.
  public func enlarged(by zoom: Int) -> Raster {
    precondition(zoom >= 1, "an image is enlarged by a factor of at least 1")
    var enlarged: [Shade] = []
    enlarged.reserveCapacity(pixels.count * zoom * zoom)
    for start in stride(from: 0, to: pixels.count, by: width) {
      let row = pixels[start..<start + width].flatMap { repeatElement($0, count: zoom) }
      for _ in 0..<zoom { enlarged += row }
    }
    return Raster(width: width * zoom, height: height * zoom, pixels: enlarged)
  }

  /// Lays another image over this one.
  ///
  /// - Parameters:
  ///   - image: what is laid on top; it must lie within this image.
  ///   - row: where its top row comes to lie.
  ///   - column: where its left column comes to lie.
  public mutating func place(_ image: Raster, row: Int, column: Int) {
    precondition(
      row >= 0 && column >= 0 && row + image.height <= height && column + image.width <= width,
      "an image of \(image.width) × \(image.height) at row \(row), column \(column) "
        + "reaches outside one of \(width) × \(height)")
    for line in 0..<image.height {
      let target = (row + line) * width + column
      let source = line * image.width
      pixels.replaceSubrange(
        target..<target + image.width, with: image.pixels[source..<source + image.width])
    }
  }
}
