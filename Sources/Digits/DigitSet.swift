import Images

/// Labelled gray images of one size.
public struct DigitSet: Equatable, Sendable {
  /// The images one after the other, row by row; 0 is the background.
  public let images: [UInt8]  // [count × height × width]
  /// The class of each image.
  public let labels: [UInt8]  // [count]
  /// The size of every image.
  public let imageSize: ImageSize

  /// A set of images and their labels.
  ///
  /// - Parameters:
  ///   - images: count × height × width bytes.
  ///   - labels: count bytes.
  ///   - imageSize: the size of every image.
  public init(images: [UInt8], labels: [UInt8], imageSize: ImageSize) {
    precondition(
      images.count == labels.count * imageSize.pixelCount,
      "\(labels.count) images of \(imageSize) do not have \(images.count) bytes")
    self.images = images
    self.labels = labels
    self.imageSize = imageSize
  }

  /// The height of every image in pixels.
  public var height: Int { imageSize.height }

  /// The width of every image in pixels.
  public var width: Int { imageSize.width }

  /// The number of images.
  public var count: Int { labels.count }

  /// The number of pixels, and bytes, of each image.
  public var pixelsPerImage: Int { imageSize.pixelCount }

  /// The pixels of one image, row by row.
  public func pixels(ofImage index: Int) -> ArraySlice<UInt8> {
    precondition(labels.indices.contains(index), "there is no image \(index) of \(count)")
    return images[index * pixelsPerImage..<(index + 1) * pixelsPerImage]
  }
}

extension DigitSet {
  /// The set with every image brought to `size`, on up to `workers` threads.
  func resized(to size: ImageSize, workers: Int) -> DigitSet {
    let resampling = Resampling(from: imageSize, to: size)
    let count = pixelsPerImage
    let images = makeRowsInParallel(
      count: labels.count, length: size.pixelCount, workers: workers
    ) { resampling.apply(to: self.images[$0 * count..<($0 + 1) * count]) }
    return DigitSet(images: images, labels: labels, imageSize: size)
  }
}
