import Images
import Networks
import Testing
import TestSupport
import Training

/// Bytes of which most are 0 go another way through the first layer than floats; the numbers are
/// the same.
@Suite struct ZeroSkippingTests {
  @Test(arguments: Descent.allCases, [128, 96, 5])
  func `sparse digits give the bits of the same digits as floats`(
    descent: Descent, batchSize: Int
  ) throws {
    let digits = try embeddedDigits()
    let bytes = SampleSet(digits.train, prefix: 300)
    let test = SampleSet(digits.test, prefix: 150)
    #expect(bytes.density > 0.15 && bytes.density < 0.25)
    let settings = TrainingSettings(epochs: 2, batchSize: batchSize, learningRate: 0.02)
      .with(descent.apply)
    let skipping = train(.digits, on: bytes, test: test, settings, workers: 2)
    let multiplying = train(.digits, on: bytes.asFloats, test: test.asFloats, settings, workers: 2)
    #expect(skipping == multiplying)
    #expect(skipping.failure == nil)
  }

  /// From no pixel at all to every one, on both sides of the share where skipping ends.
  @Test(arguments: [0, 0.1, 0.39, 0.41, 1])
  func `any density gives the bits of the same inputs as floats`(density: Double) {
    let count = 130
    let width = 70
    let lit = Int(density * 100)
    let bytes = (0..<count * width).map { index in
      index * 61 % 100 < lit ? UInt8(index * 7 % 255 + 1) : 0
    }
    let samples = SampleSet(
      inputs: .bytes(bytes, scale: 1 / 255), inputWidth: width,
      targets: .classes((0..<count).map { UInt8($0 % 3) }, count: 3), count: count)
    #expect(abs(samples.density - density) < 0.01)
    let architecture = Architecture(
      inputs: width, hidden: [19], activation: .tanh, outputs: 3)
    let settings = TrainingSettings.plain(epochs: 3, batchSize: 50)
    #expect(
      train(architecture, on: samples, settings, workers: 3)
        == train(architecture, on: samples.asFloats, settings, workers: 1))
  }

  @Test func `density is the share of bytes that are not 0`() {
    func density(_ bytes: [UInt8]) -> Double {
      SampleSet(
        images: bytes, labels: [0, 1], imageSize: ImageSize(height: 1, width: 2), classCount: 2
      ).density
    }
    #expect(density([0, 0, 0, 1]) == 0.25)
    #expect(density([255, 1, 2, 3]) == 1)
    #expect(density([0, 0, 0, 0]) == 0)
    #expect(SampleSet.xor.density == 1)
  }
}
