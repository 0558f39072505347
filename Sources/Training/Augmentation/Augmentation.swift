import Images

/// Random distortions of the training images, a new one for each image in every epoch. They act on training alone.
///
/// A strength of 0 leaves a distortion out. Angles, factors and shifts are drawn from uniform distributions.
public struct Augmentation: Codable, Equatable, Sendable {
  /// The greatest angle of a rotation, in degrees.
  public var rotation: Double
  /// The greatest share by which the height and the width are enlarged or reduced, each by its own, in 0 ..< 1.
  public var scale: Double
  /// The greatest angle of a horizontal shear, in degrees: how far vertical lines come to slant.
  public var shear: Double
  /// The greatest shift to the right or left, and up or down, in pixels.
  public var shift: Double
  /// α of the elastic distortion: the factor of the smoothed displacements.
  public var elasticAlpha: Double
  /// σ of the elastic distortion: the standard deviation of the Gaussian that smooths displacements, in pixels.
  public var elasticSigma: Double

  /// No distortion.
  public static let none = Augmentation()

  /// All distortions with their usual strengths.
  public static let usual = Augmentation(
    rotation: Usual.rotation, scale: Usual.scale, shear: Usual.shear, shift: Usual.shift,
    elasticAlpha: Usual.elasticAlpha)

  /// The strengths that a kind of distortion has unless it is told.
  public enum Usual {
    /// The greatest angle of rotations in degrees.
    public static let rotation = 15.0
    /// The greatest share of enlargements.
    public static let scale = 0.15
    /// The greatest angle of shears in degrees.
    public static let shear = 15.0
    /// The greatest shift in pixels.
    public static let shift = 2.0
    /// α of the elastic distortion.
    public static let elasticAlpha = 34.0
    /// σ of the elastic distortion.
    public static let elasticSigma = 4.0
  }

  /// Distortions of some strengths.
  ///
  /// - Parameters:
  ///   - rotation: the greatest angle of a rotation, in degrees.
  ///   - scale: the greatest share by which height and width are enlarged or reduced.
  ///   - shear: the greatest angle of a horizontal shear, in degrees.
  ///   - shift: the greatest shift in each direction, in pixels.
  ///   - elasticAlpha: α of the elastic distortion.
  ///   - elasticSigma: its σ, in pixels.
  public init(
    rotation: Double = 0, scale: Double = 0, shear: Double = 0, shift: Double = 0,
    elasticAlpha: Double = 0, elasticSigma: Double = Usual.elasticSigma
  ) {
    self.rotation = rotation
    self.scale = scale
    self.shear = shear
    self.shift = shift
    self.elasticAlpha = elasticAlpha
    self.elasticSigma = elasticSigma
  }

  /// Whether images stay as they are.
  public var isNone: Bool {
    [rotation, scale, shear, shift, elasticAlpha].allSatisfy { $0 == 0 }
  }

  /// The image as a training sees it.
  ///
  /// - Parameters:
  ///   - image: the image of the training set.
  ///   - sample: its number there, before any split or shuffle, from 0.
  ///   - epoch: counted from 0.
  ///   - seed: the seed of the training.
  /// - Returns: an image of the same size.
  /// - Precondition: the strengths are valid.
  public func distorted(
    _ image: GrayImage, sample: Int, epoch: Int, seed: UInt64
  ) -> GrayImage {
    guard !isNone else { return image }
    if let fault = validationError() { preconditionFailure(fault) }
    let distorter = Distorter(self, size: image.size, seed: seed)
    distorter.epoch = epoch
    let pixels = distorter.distort(image.pixels, offset: 0, sample: sample)
    return GrayImage(size: image.size, pixels: Array(pixels.prefix(image.size.pixelCount)))
  }

  /// What is wrong with strengths that came from outside, in words; nil for sound ones.
  public func validationError() -> String? {
    if !(scale >= 0 && scale < 1) { return "a scale of \(scale) is not in 0 ..< 1" }
    for (name, strength, limits) in [
      ("a rotation", rotation, 0...180), ("a shear", shear, 0...60), ("a shift", shift, 0...4096),
      ("an elastic alpha", elasticAlpha, 0...10_000),
      ("an elastic sigma", elasticSigma, 0.1...1000),
    ] where !limits.contains(strength) {
      return "\(name) of \(strength) is not in \(limits.lowerBound) … \(limits.upperBound)"
    }
    return nil
  }

  /// What keeps a set of samples from being distorted, in words; nil where nothing does.
  ///
  /// - Parameter samples: the training set.
  /// - Returns: the fault as a clause.
  public func validationError(for samples: SampleSet) -> String? {
    guard !isNone else { return nil }
    guard samples.imageSize != nil, case .bytes = samples.inputs else {
      return "distortions need images of bytes"
    }
    return nil
  }
}
