import Digits
import Files
import Images
import Testing
import TestSupport

@Suite struct ImageFolderTests {
  @Test(arguments: [1, 3])
  func `images are ordered by number, then label`(workers: Int) throws {
    let folder = try imageFolder([
      "train/7/10.png": 3, "train/7/9.png": 1, "train/2/0010.png": 2, "train/2/00011.PNG": 4,
      "test/2/1.png": 5, "test/7/1.png": 6,
    ])
    let data = try folder.read(workers: workers)
    #expect(brightnesses(data.train) == [1, 2, 3, 4])
    #expect(data.train.labels == [7, 2, 7, 2])
    #expect(brightnesses(data.test) == [5, 6])
    #expect(data.test.labels == [2, 7])
    #expect(data.classNames == ["0", "1", "2", "3", "4", "5", "6", "7"])
    #expect(data.train.height == 2 && data.train.width == 2)
  }

  @Test func `names that are not all numbers are ordered as text`() throws {
    let folder = try imageFolder([
      "train/1/b.png": 2, "train/0/c.png": 3, "train/1/10.png": 1, "test/0/a.png": 4,
    ])
    #expect(brightnesses(try folder.read().train) == [1, 2, 3])
  }

  @Test func `a set written as numbered PNGs reads back in its order`() throws {
    let original = try DigitDataset(contentsOf: embeddedDigitsPath, workers: 2)
    let folder = try TemporaryFolder()
    for (name, set) in [("train", original.train), ("test", original.test)] {
      for index in 0..<200 {
        let image = try png(height: 28, width: 28, samples: Array(set.pixels(ofImage: index)))
        let number = String(repeating: "0", count: 5 - String(index).count) + String(index)
        try folder.write(image, to: "\(name)/\(set.labels[index])/\(number).png")
      }
    }
    let data = try folder.read()
    #expect(data.train.images == Array(original.train.images[..<(200 * 784)]))
    #expect(data.train.labels == Array(original.train.labels[..<200]))
    #expect(data.test.images == Array(original.test.images[..<(200 * 784)]))
    #expect(data.test.labels == Array(original.test.labels[..<200]))
  }

  @Test func `names that are not numbers are classes in alphabetical order`() throws {
    let folder = try imageFolder([
      "train/seven/1.png": 1, "train/one/2.png": 2, "train/10/3.png": 3, "test/one/1.png": 4,
    ])
    let data = try folder.read()
    #expect(data.classNames == ["10", "one", "seven"])
    #expect(data.train.labels == [2, 1, 0])
    #expect(data.test.labels == [1])
  }

  @Test func `what is hidden or no PNG is passed over`() throws {
    let folder = try imageFolder([
      "train/0/1.png": 1, "test/0/1.png": 2, ".hidden/1.png": 3, "train/.git/1.png": 4,
      "train/0/._1.png": 5, "other/1.png": 6,
    ])
    try folder.write([1, 2, 3], to: "train/0/notes.txt")
    try folder.write([1, 2, 3], to: "readme.md")
    let data = try folder.read()
    #expect(brightnesses(data.train) == [1])
    #expect(brightnesses(data.test) == [2])
  }

  @Test func `resizing makes sizes agree`() throws {
    let folder = try imageFolder(["train/0/1.png": 10, "test/0/1.png": 20])
    try folder.write(
      png(height: 4, width: 6, samples: [UInt8](repeating: 30, count: 24)), to: "train/0/2.png")
    let data = try folder.read(resize: ImageSize(height: 3, width: 1))
    #expect(data.train.images == [10, 10, 10, 30, 30, 30])
    #expect(data.train.height == 3 && data.train.width == 1)
  }
}
