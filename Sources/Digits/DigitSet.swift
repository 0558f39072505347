import Files

/// Labelled gray images of one size.
public struct DigitSet: Equatable, Sendable {
  /// The images one after the other, row by row; 0 is the background.
  public let images: [UInt8]  // [count × height × width]
  /// The class of each image.
  public let labels: [UInt8]  // [count]
  /// The height of every image in pixels.
  public let height: Int
  /// The width of every image in pixels.
  public let width: Int

  /// A set of images and their labels.
  ///
  /// - Parameters:
  ///   - images: count × height × width bytes.
  ///   - labels: count bytes.
  ///   - height: in pixels, at least 1.
  ///   - width: in pixels, at least 1.
  public init(images: [UInt8], labels: [UInt8], height: Int, width: Int) {
    precondition(height >= 1 && width >= 1, "an image has at least one pixel")
    precondition(
      images.count == labels.count * height * width,
      "\(labels.count) images of \(height) × \(width) do not have \(images.count) bytes")
    self.images = images
    self.labels = labels
    self.height = height
    self.width = width
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// The number of pixels, and bytes, of each image.
  public var pixelsPerImage: Int { height * width }

  /// The pixels of one image, row by row.
  public func pixels(ofImage index: Int) -> ArraySlice<UInt8> {
    precondition(labels.indices.contains(index), "there is no image \(index) of \(count)")
    return images[index * pixelsPerImage..<(index + 1) * pixelsPerImage]
  }
}

extension DigitSet {
  /// The set with every image brought to `size`, on up to `workers` threads.
  func resized(to size: ImageSize, workers: Int) -> DigitSet {
    let resampling = Resampling(from: ImageSize(height: height, width: width), to: size)
    let count = height * width
    let images = makeRowsInParallel(
      count: labels.count, length: size.height * size.width, workers: workers
    ) { resampling.apply(to: self.images[$0 * count..<($0 + 1) * count]) }
    return DigitSet(images: images, labels: labels, height: size.height, width: size.width)
  }
}
