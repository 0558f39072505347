import Files
import Foundation
import Images
import Networks
import Testing
import Training

/// NumPy and SciPy as outside authorities of distortions; `Fixtures/make_distortions.py` made their numbers.
@Suite struct DistortionFixtureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let size: ImageSize
    let augmentation: Augmentation

    init(_ name: String, _ height: Int, _ width: Int, _ augmentation: Augmentation) {
      testDescription = name
      size = ImageSize(height: height, width: width)
      self.augmentation = augmentation
    }
  }

  static let cases = [
    Case(
      "all", 28, 28,
      Augmentation(
        rotation: 25, scale: 0.2, shear: 20, shift: 3, elasticAlpha: 34, elasticSigma: 4)),
    Case("affine", 28, 28, Augmentation(rotation: 180, scale: 0.5, shear: 45)),
    Case("elastic", 28, 28, Augmentation(elasticAlpha: 60, elasticSigma: 6)),
    Case("fine", 28, 28, Augmentation(elasticAlpha: 2, elasticSigma: 0.5)),
    Case(
      "tall", 90, 21,
      Augmentation(rotation: 15, scale: 0.1, shift: 5, elasticAlpha: 50, elasticSigma: 5)),
    Case(
      "wide", 5, 40,
      Augmentation(scale: 0.1, shear: 10, shift: 1, elasticAlpha: 20, elasticSigma: 3)),
  ]
  static let samples = [0, 59_999, Int(Int32.max)]

  private func values(_ name: String) throws -> [Float] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/distortions.safetensors").path
    return try #require(
      try Safetensors(contentsOf: path).tensors.first { $0.name == name }
    ).values
  }

  @Test(arguments: cases)
  func `distorted images are SciPy's`(testCase: Case) throws {
    let count = testCase.size.pixelCount
    let images = try values("\(testCase).images")
    let expected = try values("\(testCase).distorted")
    for (index, sample) in Self.samples.enumerated() {
      let range = index * count..<(index + 1) * count
      let image = GrayImage(size: testCase.size, pixels: images[range].map { UInt8($0) })
      let found = testCase.augmentation.distorted(
        image, sample: sample, epoch: 3, seed: 0x1_2345_6789)
      // In each direction a position is rounded to 2^−8 pixels and, as floats of up to 2^15 such units and with
      // displacements as of ElasticFieldTests, errs by less than a hundredth of that. A pixel's way to the next changes the
      // value by at most 255. The value is rounded.
      let bound: Float = 0.5 + 2 * 255 * (0.5 + 0.01) / 256
      for (pixel, value) in zip(found.pixels, expected[range]) {
        #expect(abs(Float(pixel) - value) <= bound, "sample \(sample)")
      }
      #expect(found.pixels != image.pixels)
    }
  }
}

extension DistortionFixtureTests.Case: CustomStringConvertible {
  var description: String { testDescription }
}
