import Digits
import Foundation
import Testing
import TestSupport

@Suite struct DatasetDigestsTests {
  /// `for f in datasets/mnist-5k/*.gz; do gzip -dc $f | sha256sum; done`
  private let embedded = DatasetDigests(
    trainImages: "cd693a45673b0175b5be6d1fa390675c283337ac1eb18419c594769793c30214",
    trainLabels: "fbb16af1df2a133e9399a706705421778b4d4eb9137c6df0742b0f04d89019de",
    testImages: "540de7281cb3bfedc2794b4c05d733e3523383c03ea0ec851c1b00ee1a9f90c5",
    testLabels: "cfeb32cd1bdd342f01e89f3ba5c6a11a393b521339ef3af3ab593c77373df568")

  @Test(arguments: [1, 2, 7])
  func `the embedded data set has the digests of its files`(workers: Int) throws {
    let data = try DigitDataset(contentsOf: embeddedDigitsPath, workers: workers)
    #expect(data.contentDigests(workers: workers) == embedded)
    #expect(data.name == "mnist-5k")
    #expect(data.train.count == 4000 && data.test.count == 1000)
    #expect(data.train.height == 28 && data.train.width == 28 && data.classCount == 10)
    for label in 0..<10 {
      #expect(data.train.labels.count { $0 == label } == 400)
      #expect(data.test.labels.count { $0 == label } == 100)
    }
  }

  @Test func `digests survive JSON`() throws {
    let json = try JSONEncoder().encode(embedded)
    #expect(try JSONDecoder().decode(DatasetDigests.self, from: json) == embedded)
  }
}
