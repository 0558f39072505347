import Images
import Kernels
import LayerKernels
import Networks

/// Samples with their targets, to train on or to evaluate on.
///
/// Inputs are rows of bytes, scaled as they are read, or of floats; targets are classes or rows of
/// floats. So the same trainer learns digits, XOR and a curve.
public struct SampleSet: Sendable {
  /// The inputs of all samples.
  public enum Inputs: Sendable {
    /// [count × width] bytes, each multiplied with `scale`.
    case bytes([UInt8], scale: Float)
    /// [count × width] floats.
    case floats([Float])
  }

  /// The targets of all samples.
  public enum Targets: Sendable {
    /// [count] classes below `count`. A network with one output predicts class 0 or 1; otherwise
    /// there is one output per class.
    case classes([UInt8], count: Int)
    /// [count × width] floats.
    case vectors([Float], width: Int)
  }

  /// The inputs.
  public let inputs: Inputs
  /// The targets.
  public let targets: Targets
  /// The number of inputs of a sample.
  public let inputWidth: Int
  /// The number of samples.
  public let count: Int
  /// The size of the images that the inputs are; nil where they are no images.
  public let imageSize: ImageSize?
  /// The names of the classes by number; empty where they have none.
  public let classNames: [String]
  /// How the images were made of pictures; nil where they are no images.
  public let preparation: Preparation?
  /// The density: the share of non-zero inputs; 1 for floats, which are not counted.
  public private(set) var density: Double

  /// A set of `count` samples.
  ///
  /// - Parameters:
  ///   - inputs: [count × inputWidth].
  ///   - inputWidth: the number of inputs of a sample.
  ///   - targets: a class, or a row of floats, per sample.
  ///   - count: the number of samples.
  ///   - imageSize: the size of the images that the inputs are.
  ///   - classNames: the names of the classes.
  ///   - preparation: how the images were made of pictures, which the model keeps.
  /// - Precondition: inputs and targets have as many values as `count` samples need, an image has
  ///   `inputWidth` pixels, and each class has a name, or none has.
  public init(
    inputs: Inputs, inputWidth: Int, targets: Targets, count: Int, imageSize: ImageSize? = nil,
    classNames: [String] = [], preparation: Preparation? = nil
  ) {
    let inputCount =
      switch inputs {
      case .bytes(let bytes, _): bytes.count
      case .floats(let floats): floats.count
      }
    precondition(
      inputCount == count * inputWidth,
      "\(inputCount) inputs for \(count) samples of \(inputWidth)")
    switch targets {
    case .classes(let classes, let classCount):
      precondition(classes.count == count, "\(classes.count) classes for \(count) samples")
      precondition(classes.allSatisfy { $0 < classCount }, "a class is not below \(classCount)")
    case .vectors(let values, let width):
      precondition(
        values.count == count * width, "\(values.count) targets for \(count) samples of \(width)")
    }
    precondition(
      imageSize.map { $0.pixelCount == inputWidth } ?? true,
      "images of \(imageSize.map { "\($0)" } ?? "no") pixels for \(inputWidth) inputs")
    self.inputs = inputs
    density = if case .bytes(let bytes, _) = inputs { shareOfNonzeros(bytes) } else { 1 }
    self.inputWidth = inputWidth
    self.targets = targets
    self.count = count
    self.imageSize = imageSize
    self.classNames = classNames
    self.preparation = preparation
    precondition(
      classNames.isEmpty || classNames.count == targetWidth,
      "\(classNames.count) names for \(targetWidth) classes")
  }

  /// Images with a class each; a byte of 255 becomes an input of 1.
  ///
  /// - Parameters:
  ///   - images: [labels.count × height × width].
  ///   - labels: the class of each image.
  ///   - imageSize: the size of every image.
  ///   - classCount: the number of classes.
  ///   - classNames: the names of the classes.
  ///   - preparation: how the images were made of pictures, which the model keeps.
  public init(
    images: [UInt8], labels: [UInt8], imageSize: ImageSize, classCount: Int,
    classNames: [String] = [], preparation: Preparation? = nil
  ) {
    self.init(
      inputs: .bytes(images, scale: GrayImage.unitScale), inputWidth: imageSize.pixelCount,
      targets: .classes(labels, count: classCount), count: labels.count, imageSize: imageSize,
      classNames: classNames, preparation: preparation)
  }

  /// The factor from a byte to an input; 1 for floats, which are inputs already.
  public var inputScale: Float {
    if case .bytes(_, let scale) = inputs { scale } else { 1 }
  }

  /// The density up to which skipping zeros is faster than multiplying by them.
  static let sparseDensity = 0.4

  /// The factor from a byte to an input where the first layer skips zeros; nil where it does not.
  var skippingScale: Float? {
    if case .bytes(_, let scale) = inputs, density <= Self.sparseDensity { scale } else { nil }
  }

  /// Whether the first layer of a network skips the zeros of these samples.
  package var skipsZeros: Bool { skippingScale != nil }

  /// The same samples with their inputs as floats, whose zeros are not skipped.
  package var asFloats: SampleSet {
    guard case .bytes(let bytes, let scale) = inputs else { return self }
    return SampleSet(
      inputs: .floats(bytes.map { Float($0) * scale }), inputWidth: inputWidth, targets: targets,
      count: count)
  }

  /// The same samples, whose zeros are multiplied like other inputs.
  package var multiplyingZeros: SampleSet {
    var samples = self
    samples.density = 1
    return samples
  }

  /// The number of outputs that a network needs for these targets.
  public var targetWidth: Int {
    switch targets {
    case .classes(_, let count): count
    case .vectors(_, let width): width
    }
  }

  /// Whether the targets are classes, so that predictions are right or wrong.
  public var hasClasses: Bool {
    if case .classes = targets { true } else { false }
  }

  /// Whether a network can be trained on the set: its inputs, and its outputs or, for two classes,
  /// its single output, fit.
  public func fits(_ architecture: Architecture) -> Bool {
    inputWidth == architecture.inputs
      && (targetWidth == architecture.outputs
        || (architecture.outputs == 1 && hasClasses && targetWidth <= architecture.classCount))
  }

  /// Stops a program that gives a network samples of another shape.
  func requireFit(to architecture: Architecture) {
    precondition(
      fits(architecture),
      "samples of \(inputWidth) inputs and \(targetWidth) \(hasClasses ? "classes" : "targets") "
        + "do not fit the network \(architecture)")
  }

  /// Copies samples into rows of a mini-batch: row r gets sample `sample(r)`.
  ///
  /// - Parameters:
  ///   - rows: the rows to fill.
  ///   - memory: the mini-batch.
  ///   - distorter: distorts the images on their way; nil copies them as they are.
  ///   - sample: the number of the sample of a row.
  func fill(
    rows: Range<Int>, of memory: BatchMemory, distorter: Distorter? = nil,
    sample: (_ row: Int) -> Int
  ) {
    for row in rows { memory.samples[row] = Int32(sample(row)) }
    switch inputs {
    case .bytes(let bytes, let scale):
      let ahead = 4
      for row in rows {
        if row + ahead < rows.upperBound {
          prefetchRow(bytes: bytes, offset: sample(row + ahead) * inputWidth, count: inputWidth)
        }
        let offset = sample(row) * inputWidth
        if let distorter {
          let image = distorter.distort(bytes, offset: offset, sample: sample(row))
          memory.setInputs(ofRow: row, bytes: image, offset: 0, scale: scale)
        } else {
          memory.setInputs(ofRow: row, bytes: bytes, offset: offset, scale: scale)
        }
      }
      memory.stores.finish()
    case .floats(let floats):
      for row in rows {
        memory.setInputs(ofRow: row, floats: floats, offset: sample(row) * inputWidth)
      }
    }
    switch targets {
    case .classes(let classes, _):
      for row in rows {
        let target = Int(classes[sample(row)])
        memory.classes[row] = Int32(target)
        if memory.targets.columns == 1 {
          memory.targets[row, 0] = Float(target)
        } else {
          fillRow(row, of: memory.targets, oneAt: target)
        }
      }
    case .vectors(let values, let width):
      for row in rows {
        memory.classes[row] = -1
        fillRow(row, of: memory.targets, floats: values, offset: sample(row) * width)
      }
    }
    memory.smoothTargets(rows: rows)
  }
}
