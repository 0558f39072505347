/// An 8-bit gray image: 0 is black, 255 is white.
public typealias GrayImage = Image<UInt8>

/// An 8-bit image in red, green and blue.
public typealias ColorImage = Image<RGB>

/// A rectangle of pixels, at least one, row by row from the top left.
///
/// What touches every pixel is inlinable: other modules compile it for their kind of pixel.
public struct Image<Pixel: PixelFormat>: Sendable {
  /// The number of rows and columns.
  public let size: ImageSize
  /// The name of its source, for error messages: the path of the file that it was read from.
  public let name: String
  @usableFromInline var storage: [Pixel]  // [height × width]

  /// All pixels, row by row from the top, each row from the left.
  @inlinable public var pixels: [Pixel] { storage }

  /// Makes an image of its pixels.
  ///
  /// - Parameters:
  ///   - size: the number of rows and columns.
  ///   - pixels: [height × width], row by row from the top.
  ///   - name: what a problem with the image calls it.
  public init(size: ImageSize, pixels: [Pixel], name: String = "picture") {
    precondition(
      pixels.count == size.pixelCount,
      "\(pixels.count) pixels do not fill an image of \(size)")
    self.size = size
    storage = pixels
    self.name = name
  }

  /// Makes an image of one shade or color.
  ///
  /// - Parameters:
  ///   - size: the number of rows and columns.
  ///   - pixel: what every pixel is.
  @inlinable public init(size: ImageSize, filledWith pixel: Pixel) {
    self.init(size: size, pixels: Array(repeating: pixel, count: size.pixelCount))
  }

  /// The number of rows.
  @inlinable public var height: Int { size.height }

  /// The number of columns.
  @inlinable public var width: Int { size.width }

  /// The pixel at a row, counted from the top, and a column, counted from the left.
  @inlinable public subscript(row: Int, column: Int) -> Pixel {
    get { storage[index(row, column)] }
    set { storage[index(row, column)] = newValue }
  }

  @inlinable func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      0..<height ~= row && 0..<width ~= column,
      "row \(row), column \(column) lies outside an image of \(size)")
    return row * width + column
  }

  /// The image with every pixel made a square of `zoom` × `zoom` pixels.
  ///
  /// Nothing is smoothed: in pictures of weights the single pixel is the message.
  ///
  /// - Parameter zoom: the factor, ≥ 1.
  /// - Returns: an image of `zoom` times the height and the width.
  @inlinable public func enlarged(by zoom: Int) -> Image {
    precondition(zoom >= 1, "an image is enlarged by a factor of at least 1")
    var enlarged: [Pixel] = []
    enlarged.reserveCapacity(pixels.count * zoom * zoom)
    for start in stride(from: 0, to: pixels.count, by: width) {
      let row = pixels[start..<start + width].flatMap { repeatElement($0, count: zoom) }
      for _ in 0..<zoom { enlarged += row }
    }
    return Image(
      size: ImageSize(height: height * zoom, width: width * zoom), pixels: enlarged, name: name)
  }

  /// Lays another image over this one.
  ///
  /// - Parameters:
  ///   - image: what is laid on top; it must lie within this image.
  ///   - row: where its top row comes to lie.
  ///   - column: where its left column comes to lie.
  @inlinable public mutating func place(_ image: Image, row: Int, column: Int) {
    precondition(
      row >= 0 && column >= 0 && row + image.height <= height && column + image.width <= width,
      "an image of \(image.size) at row \(row), column \(column) reaches outside one of \(size)")
    for line in 0..<image.height {
      let target = (row + line) * width + column
      let source = line * image.width
      storage.replaceSubrange(
        target..<target + image.width, with: image.pixels[source..<source + image.width])
    }
  }
}

extension Image: Equatable {
  /// Whether two images show the same; names do not count.
  @inlinable public static func == (first: Image, second: Image) -> Bool {
    first.size == second.size && first.pixels == second.pixels
  }
}

extension Image<UInt8> {
  /// The factor that brings shades, 0…255, to the range 0…1.
  public static var unitScale: Float { 1 / 255 }

  /// The image brought to another size: averaged over areas where that is smaller, interpolated
  /// linearly where it is larger, in integers, so alike on every system.
  public func resized(to size: ImageSize) -> GrayImage {
    let pixels = Resampling(from: self.size, to: size).apply(to: pixels[...])
    return GrayImage(size: size, pixels: pixels, name: name)
  }
}
