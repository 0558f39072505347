import Images
import LayerKernels
import Randomness

extension Purpose {
  /// The distortions of training images.
  package static let distortion = Purpose(rawValue: 5)
}

/// Distorts images of one size, one at a time; every worker has its own. What becomes of an image is a function of seed,
/// epoch and sample.
final class Distorter {
  /// The epoch, counted from 0.
  var epoch = 0

  private let augmentation: Augmentation
  private let size: ImageSize
  private let seed: UInt64
  private let field: ElasticField
  private let warp: ImageWarp

  /// A distorter for the images of a training.
  ///
  /// - Parameters:
  ///   - augmentation: the strengths.
  ///   - size: the size of the images.
  ///   - seed: the seed of the training.
  init(_ augmentation: Augmentation, size: ImageSize, seed: UInt64) {
    self.augmentation = augmentation
    self.size = size
    self.seed = seed
    field = ElasticField(
      alpha: augmentation.elasticAlpha, sigma: augmentation.elasticSigma, height: size.height,
      width: size.width)
    warp = ImageWarp(height: size.height, width: size.width)
  }

  /// Distorts an image.
  ///
  /// - Parameters:
  ///   - bytes: the pixels of one or more images.
  ///   - offset: the image's first pixel.
  ///   - sample: the number of the sample in the training set.
  /// - Returns: its pixels, and some bytes behind them.
  func distort(_ bytes: [UInt8], offset: Int, sample: Int) -> [UInt8] {
    if augmentation.elasticAlpha > 0 {
      field.draw(
        seed: seed, purpose: Purpose.distortion.rawValue, epoch: UInt32(epoch),
        sample: UInt32(sample), firstBlock: Self.firstFieldBlock)
    }
    warp.redraw(
      bytes: bytes, offset: offset,
      map: augmentation.pixelMap(size, sample: sample, epoch: epoch, seed: seed), field: field)
    return warp.pixels
  }

  /// The number of the first block of a sample's elastic field; those before it are for the affine map.
  private static let firstFieldBlock: UInt32 = 16
}
