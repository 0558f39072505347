import Foundation
import Images
import Networks
import TestSupport
import Testing
import Training

/// Distortions in training: they belong to samples and epochs, not to places and threads.
@Suite struct AugmentationTests {
  static let all = Augmentation(
    rotation: 15, scale: 0.15, shear: 10, shift: 2, elasticAlpha: 34, elasticSigma: 4)

  private func settings(
    _ augmentation: Augmentation, epochs: Int = 2, batchSize: Int = 100
  ) -> TrainingSettings {
    TrainingSettings(epochs: epochs, batchSize: batchSize, learningRate: 0.05, seed: 7)
      .with { $0.augmentation = augmentation }
  }

  /// The samples of a set as an epoch sees them.
  private func distorted(
    _ samples: SampleSet, _ augmentation: Augmentation, epoch: Int, seed: UInt64
  ) throws -> SampleSet {
    let size = try #require(samples.imageSize)
    guard case .bytes(let bytes, _) = samples.inputs else { return samples }
    let images = (0..<samples.count).flatMap { sample in
      let pixels = bytes[sample * size.pixelCount..<(sample + 1) * size.pixelCount]
      return augmentation.distorted(
        GrayImage(size: size, pixels: Array(pixels)), sample: sample, epoch: epoch, seed: seed
      ).pixels
    }
    return SampleSet(
      images: images, labels: samples.labels, imageSize: size, classCount: samples.targetWidth)
  }

  /// 1,305 images leave 5 and 57 for the last mini-batch.
  @Test(arguments: [all, Augmentation(elasticAlpha: 34), Augmentation(rotation: 15)], [100, 96])
  func `any workers and shards give the same bits`(
    augmentation: Augmentation, batchSize: Int
  ) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 1305)
    let settings = settings(augmentation, batchSize: batchSize)
    let one = train(.digits, on: samples, settings, workers: 1)
    #expect(one.failure == nil)
    for workers in [2, 3, 7] {
      #expect(train(.digits, on: samples, settings, workers: workers) == one)
    }
    for shardRows in [2, 6, 64] {
      let trainer = Trainer(
        parameters: Parameters(.digits, seed: settings.seed), training: samples, test: nil,
        settings: settings, workers: 2, shardRows: shardRows)
      #expect(trainer.finish() == one, "shards of \(shardRows)")
    }
  }

  @Test func `an epoch with distortions is one on the distorted images`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 333)
    let settings = settings(Self.all, epochs: 1)
    let images = try distorted(samples, Self.all, epoch: 0, seed: settings.seed)
    let found = train(.digits, on: samples, settings, workers: 2)
    let expected = train(
      .digits, on: images, settings.with { $0.augmentation = .none }, workers: 2)
    #expect(found.fingerprint == expected.fingerprint)
    #expect(found.reports.map(\.training) == expected.reports.map(\.training))
  }

  /// At a rate of 0 the weights stay, so that the loss of an epoch is that of its images.
  @Test func `every epoch distorts anew`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 64)
    let settings = settings(Self.all, epochs: 3, batchSize: 64).with { $0.learningRate = 0 }
    let losses = train(.digits, on: samples, settings, workers: 2).reports.map(\.training.loss)
    for (epoch, loss) in losses.enumerated() {
      let images = try distorted(samples, Self.all, epoch: epoch, seed: settings.seed)
      let evaluation = Parameters(.digits, seed: settings.seed).evaluate(on: images, workers: 1)
      #expect(abs(loss - evaluation.loss) < 1e-12 * loss)
    }
    #expect(Set(losses).count == 3)
  }

  @Test func `skipped and multiplied zeros give the same bits`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 300)
    #expect(samples.skipsZeros && !samples.multiplyingZeros.skipsZeros)
    #expect(
      train(.digits, on: samples, settings(Self.all), workers: 2)
        == train(.digits, on: samples.multiplyingZeros, settings(Self.all), workers: 2))
  }

  @Test func `a training that stops after any event goes on to the same bits`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 250)
    let settings = settings(Self.all, epochs: 2).with { $0.regularization.inputDropout = 0.1 }
    let whole = train(.digits, on: samples, settings, workers: 2)
    let folder = try TemporaryFolder()
    let trainer = Trainer(.digits, training: samples, settings: settings, workers: 2)
    var events = 0
    while try trainer.next(stepLimit: 1) != nil {
      events += 1
      try trainer.writeCheckpoint(to: folder("c"))
      let checkpoint = try Checkpoint(contentsOf: folder("c"))
      #expect(checkpoint.settings.augmentation == Self.all)
      let resumed = Trainer(resuming: checkpoint, training: samples, workers: 1 + events % 3)
      #expect(resumed.finish() == whole, "after event \(events)")
    }
    #expect(events == 2 * (3 + 1))
  }

  @Test func `evaluations see the images as they are`() throws {
    let digits = try embeddedDigits()
    let test = SampleSet(digits.test, prefix: 300)
    let trainer = Trainer(
      .digits, training: SampleSet(digits.train, prefix: 500), validation: test,
      settings: settings(Self.all), workers: 2)
    let report = try #require(try trainer.nextReport())
    #expect(report.validation == trainer.parameters.evaluate(on: test, workers: 1).evaluation)
    let split = Trainer(
      .digits, training: SampleSet(digits.train, prefix: 500),
      settings: settings(Self.all).with { $0.validationCount = 100 }, workers: 2)
    let validated = try #require(try split.nextReport())
    let selection = validationSamples(count: 500, validationCount: 100, seed: 7)
    #expect(
      validated.validation
        == split.parameters.evaluate(
          on: SampleSet(digits.train, prefix: 500), selection: selection, workers: 1
        ).evaluation)
  }

  @Test func `distortions of no strength change no bit`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 300)
    #expect(
      train(.digits, on: samples, settings(Augmentation(elasticSigma: 9)), workers: 2)
        == train(.digits, on: samples, settings(.none), workers: 2))
    // A strength so small that no position moves by half a unit.
    let hardly = Augmentation(
      rotation: 1e-9, scale: 1e-9, shear: 1e-9, shift: 1e-9, elasticAlpha: 1e-9)
    let digits = try embeddedDigits().train
    let image = GrayImage(
      size: digits.imageSize, pixels: Array(digits.images.prefix(digits.pixelsPerImage)))
    #expect(hardly.distorted(image, sample: 3, epoch: 1, seed: 1) == image)
    #expect(Augmentation.none.distorted(image, sample: 3, epoch: 1, seed: 1) == image)
  }

  @Test(arguments: [
    ImageSize(height: 1, width: 1), ImageSize(height: 5, width: 40),
    ImageSize(height: 280, width: 280), ImageSize(height: 17, width: 3),
  ])
  func `images of any size are trained on`(size: ImageSize) throws {
    var numbers = TestNumbers(seed: 1)
    let images = (0..<6 * size.pixelCount).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    let samples = SampleSet(
      images: images, labels: [0, 1, 0, 1, 0, 1], imageSize: size, classCount: 2)
    let architecture = Architecture(inputs: size.pixelCount, hidden: [3], outputs: 2)
    let settings = settings(Self.all, batchSize: 4)
    let one = train(architecture, on: samples, settings, workers: 1)
    #expect(one.failure == nil)
    #expect(train(architecture, on: samples, settings, workers: 3) == one)
    #expect(
      one.fingerprint
        != train(architecture, on: samples, settings.with { $0.augmentation = .none }, workers: 1)
        .fingerprint)
  }

  @Test(arguments: [Precision.bf16].filter(\.isAvailable))
  func `bfloat16 sees the same images for any workers`(precision: Precision) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = settings(Self.all).with { $0.precision = precision }
    let one = train(.digits, on: samples, settings, workers: 1)
    for workers in [2, 7] {
      #expect(train(.digits, on: samples, settings, workers: workers) == one)
    }
  }

  @Test func `what is no image of bytes is not distorted`() throws {
    let floats = SampleSet(try embeddedDigits().train, prefix: 10).asFloats
    #expect(Self.all.validationError(for: floats)?.contains("images") == true)
    #expect(Augmentation.none.validationError(for: floats) == nil)
    #expect(Self.all.validationError(for: SampleSet(try embeddedDigits().train)) == nil)
  }
}
