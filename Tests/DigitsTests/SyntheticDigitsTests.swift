import Digits
import Testing
import TestSupport

@Suite struct SyntheticDigitsTests {
  private func drawn(
    train: Int, test: Int = 1, seed: UInt64 = 1, workers: Int = 2
  ) -> DigitDataset {
    .synthetic(train: train, test: test, seed: seed, workers: workers)
  }

  @Test func `equal seeds give equal images for any number of workers`() {
    let digits = drawn(train: 300, test: 50)
    #expect(digits == drawn(train: 300, test: 50, workers: 1))
    #expect(digits.train.count == 300 && digits.test.count == 50 && digits.classCount == 10)
    #expect(digits.train != drawn(train: 300, seed: 2).train)
    // An image depends on its number alone.
    let more = drawn(train: 350)
    #expect(more.train.labels == digits.train.labels + digits.test.labels)
    #expect(more.train.images == digits.train.images + digits.test.images)
  }

  /// Measurements of speed compare their fingerprints.
  @Test func `synthetic digits never change`() {
    let digests = drawn(train: 300, test: 50).contentDigests(workers: 1)
    #expect(
      digests.trainImages == "6bc6cb45d6e806fa10ed3a998bf5004aa957b933f8868e9cde7816661d759c6b")
    #expect(
      digests.testLabels == "c350ae1f47ebbe912a00bcfb5e6adb15c24a735ee97f4e6c240138b3fd713f54")
  }

  @Test func `synthetic digits are as sparse as MNIST`() throws {
    func density(_ digits: DigitSet) -> Double {
      Double(digits.images.count { $0 != 0 }) / Double(digits.images.count)
    }
    let digits = drawn(train: 3000).train
    let mnist = try DigitDataset(contentsOf: embeddedDigitsPath, workers: 2).train
    #expect(digits.height == mnist.height && digits.width == mnist.width)
    // What a step's time depends on is the share of pixels that are not 0: to a tenth of it.
    #expect(abs(density(digits) / density(mnist) - 1) < 0.1, "\(density(digits))")
    for image in 0..<digits.count {
      let pixels = Array(digits.pixels(ofImage: image))
      // No line is farther than half a pixel from all centres, and no pen is narrower than 1.4.
      #expect(pixels.max() ?? 0 >= 178)
      #expect(pixels.prefix(56).allSatisfy { $0 == 0 } && pixels.suffix(56).allSatisfy { $0 == 0 })
    }
  }

  /// The nearest of ten mean images names most digits, so there is something to learn; not all, so
  /// that there is something left.
  @Test func `classes can be learned`() {
    let digits = drawn(train: 3000, test: 1000)
    var sums = [[Double]](repeating: [Double](repeating: 0, count: 784), count: 10)
    var counts = [Double](repeating: 0, count: 10)
    for image in 0..<digits.train.count {
      let label = Int(digits.train.labels[image])
      counts[label] += 1
      for (pixel, value) in digits.train.pixels(ofImage: image).enumerated() {
        sums[label][pixel] += Double(value)
      }
    }
    // 300 of each are expected, give or take five standard deviations of 16.4.
    #expect(counts.allSatisfy { (218...382).contains($0) })
    let hits = (0..<digits.test.count).count { image in
      let pixels = digits.test.pixels(ofImage: image)
      let distances = (0..<10).map { label in
        zip(sums[label], pixels).reduce(0.0) { sum, pair in
          let difference = pair.0 / counts[label] - Double(pair.1)
          return sum + difference * difference
        }
      }
      return distances.firstIndex(of: distances.min() ?? 0) == Int(digits.test.labels[image])
    }
    #expect((600...990).contains(hits), "\(hits) of 1000")
  }
}
