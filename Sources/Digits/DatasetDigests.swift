import Files
import NumberText

/// The SHA-256 of the four parts of a data set, as 64 lower-case hexadecimal digits each.
public struct DatasetDigests: Codable, Equatable, Sendable {
  /// The training images.
  public let trainImages: String
  /// The labels of the training images.
  public let trainLabels: String
  /// The test images.
  public let testImages: String
  /// The labels of the test images.
  public let testLabels: String

  /// Digests that were computed before.
  public init(trainImages: String, trainLabels: String, testImages: String, testLabels: String) {
    self.trainImages = trainImages
    self.trainLabels = trainLabels
    self.testImages = testImages
    self.testLabels = testLabels
  }
}

extension DigitDataset {
  /// The fingerprint of the content: each part is hashed as an IDX file, header and data, so the
  /// digests are those that `sha256sum` prints for the decompressed files, wherever the images
  /// came from.
  ///
  /// - Parameter workers: the maximum number of threads that hash.
  /// - Returns: the SHA-256 of each of the four parts, in hexadecimal.
  public func contentDigests(workers: Int) -> DatasetDigests {
    let parts: [(sizes: [Int], bytes: [UInt8])] = [
      ([train.count, train.height, train.width], train.images),
      ([train.count], train.labels),
      ([test.count, test.height, test.width], test.images),
      ([test.count], test.labels),
    ]
    let digests = makeInParallel(count: parts.count, workers: workers) { index in
      var hash = SHA256()
      hash.update(IDXHeader(sizes: parts[index].sizes).bytes)
      hash.update(parts[index].bytes)
      return hexadecimal(hash.finalize())
    }
    return DatasetDigests(
      trainImages: digests[0], trainLabels: digests[1], testImages: digests[2],
      testLabels: digests[3])
  }
}
