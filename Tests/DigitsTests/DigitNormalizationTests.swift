import Digits
import Files
import Images
import Testing
import TestSupport

@Suite struct DigitNormalizationTests {
  private let digits = Result { try DigitDataset(contentsOf: embeddedDigitsPath, workers: 2).test }
  private let mnistSize = ImageSize(height: 28, width: 28)

  /// A digit five times as large, dark on light paper, off the middle of a larger sheet.
  private func scan(_ digit: ArraySlice<UInt8>, paper: UInt8 = 255) -> GrayImage {
    let size = ImageSize(height: 200, width: 170)
    let digit = Array(digit)
    var pixels = [UInt8](repeating: paper, count: size.height * size.width)
    for row in 0..<140 {
      for column in 0..<140 {
        let ink = Int(digit[row / 5 * 28 + column / 5])
        pixels[(row + 37) * size.width + column + 11] = UInt8(Int(paper) * (255 - ink) / 255)
      }
    }
    return GrayImage(size: size, pixels: pixels, name: "scan")
  }

  /// The largest difference between two pictures of 28 × 28, one of them moved.
  private func largestDifference(
    _ first: [UInt8], _ second: [UInt8], down: Int = 0, right: Int = 0
  ) -> Int {
    var largest = 0
    for row in 0..<28 {
      for column in 0..<28 {
        let isInside = (0..<28).contains(row + down) && (0..<28).contains(column + right)
        let other = isInside ? second[(row + down) * 28 + column + right] : 0
        largest = max(largest, abs(Int(first[row * 28 + column]) - Int(other)))
      }
    }
    return largest
  }

  @Test func `MNIST and its negative are told apart`() throws {
    let digits = try digits.get()
    for index in 0..<digits.count {
      let pixels = digits.pixels(ofImage: index)
      #expect(!GrayImage(size: mnistSize, pixels: Array(pixels)).isDarkOnLight)
      #expect(GrayImage(size: mnistSize, pixels: pixels.map { 255 - $0 }).isDarkOnLight)
      #expect(scan(pixels, paper: 110).isDarkOnLight)
    }
  }

  @Test func `a scanned digit of MNIST comes back as it was`() throws {
    let digits = try digits.get()
    var exactlyPlaced = 0
    for index in 0..<digits.count {
      let original = Array(digits.pixels(ofImage: index))
      let normalized = try scan(original[...]).normalizedAsDigit()
      #expect(normalized.size == mnistSize)
      // Ink up to 255 / 16 goes as noise, and a strongest ink below 255 is stretched to it.
      // A digit whose box keeps its size comes back within that at every pixel.
      let bound = max(15, 255 - Int(original.max() ?? 0))
      if largestDifference(original, normalized.pixels) <= bound {
        exactlyPlaced += 1
      } else {
        // A centre of mass half-way between two pixels falls on the other one.
        let moved = [(1, 0), (-1, 0), (0, 1), (0, -1)].map { down, right in
          largestDifference(original, normalized.pixels, down: down, right: right)
        }
        #expect((moved.min() ?? 255) <= bound, "image \(index)")
      }
    }
    // Half-way within the 1/100 pixel or so that the removed ink moves it, along either axis.
    #expect(exactlyPlaced >= 980)
  }

  @Test func `paper noise is not ink`() throws {
    var state: UInt32 = 3
    let digits = try digits.get()
    for index in 0..<20 {
      let clean = scan(digits.pixels(ofImage: index), paper: 240)
      let noisy = clean.pixels.map { pixel -> UInt8 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(min(255, Int(pixel) + Int(state >> 24) % 13))
      }
      let result = try GrayImage(size: clean.size, pixels: noisy).normalizedAsDigit().pixels
      // All ink is inside the box that 20 of 28 pixels make, and outside it is nothing.
      #expect(result.count { $0 > 0 } <= 20 * 20)
      let mean =
        zip(result, digits.pixels(ofImage: index))
        .reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } / 784
      // Half the range of the noise, 6, on the ink, a fifth of the picture, and as much again for
      // faint edges that become noise.
      #expect(mean <= 3, "image \(index)")
    }
  }

  @Test func `a small picture is enlarged`() throws {
    // A bar of 3 × 1 in the corner of 8 × 8.
    var pixels = [UInt8](repeating: 0, count: 64)
    for row in 0..<3 { pixels[row * 8] = 200 }
    let picture = GrayImage(size: ImageSize(height: 8, width: 8), pixels: pixels)
    let bar = try picture.normalizedAsDigit()
    let inked = bar.pixels.indices.filter { bar.pixels[$0] > 0 }
    // 20 high, 20 / 3 wide, all of the strongest ink; its middle on pixel 14.
    #expect(Set(inked.map { $0 / 28 }) == Set(5...24))
    #expect(Set(inked.map { $0 % 28 }) == Set(11...17))
    #expect(inked.allSatisfy { bar.pixels[$0] == 255 })
  }

  @Test func `a lopsided digit stays inside the picture`() throws {
    // A heavy block with a long thin line: by its centre of mass the line's end would fall outside.
    var pixels = [UInt8](repeating: 0, count: 60 * 60)
    for column in 5..<55 { pixels[30 * 60 + column] = 255 }
    for row in 20..<40 { for column in 5..<12 { pixels[row * 60 + column] = 255 } }
    let picture = GrayImage(size: ImageSize(height: 60, width: 60), pixels: pixels)
    let result = try picture.normalizedAsDigit()
    let columns = Set(result.pixels.indices.filter { result.pixels[$0] > 0 }.map { $0 % 28 })
    #expect(columns == Set(8...27))
  }

  @Test(arguments: [(1, 1), (3, 200), (200, 3), (28, 28), (14, 56), (64, 64)])
  func `every size of model is served`(height: Int, width: Int) throws {
    let digit = try digits.get().pixels(ofImage: 0)
    let result = try scan(digit).normalizedAsDigit(
      in: ImageSize(height: height, width: width))
    #expect(result.size == ImageSize(height: height, width: width))
    #expect(result.pixels.contains(255))
  }

  @Test(
    arguments: [0, 128, 255], [ImageSize(height: 28, width: 28), ImageSize(height: 1, width: 1)])
  func `a picture without ink is a problem`(brightness: UInt8, size: ImageSize) {
    let pixels = [UInt8](repeating: brightness, count: size.height * size.width)
    let problem = #expect(throws: FileProblem.self) {
      try GrayImage(size: size, pixels: pixels, name: "blank.png").normalizedAsDigit()
    }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == "blank.png")
    #expect(problem?.found == "a picture of \(size) with a contrast of 0")
  }

  @Test func `specks that vanish at the smaller size are a problem`() {
    let size = ImageSize(height: 800, width: 800)
    var pixels = [UInt8](repeating: 0, count: 800 * 800)
    for speck in [0, 799, 799 * 800, 799 * 800 + 799] { pixels[speck] = 255 }
    let problem = #expect(throws: FileProblem.self) {
      try GrayImage(size: size, pixels: pixels, name: "specks.png").normalizedAsDigit()
    }
    #expect(problem?.expected == "strokes that are seen at 28 × 28")
  }

  @Test func `the least contrast of a small picture is 32`() throws {
    var pixels = [UInt8](repeating: 100, count: 100)
    pixels[55] = 69
    let size = ImageSize(height: 10, width: 10)
    #expect(throws: FileProblem.self) {
      try GrayImage(size: size, pixels: pixels).normalizedAsDigit()
    }
    pixels[55] = 68
    #expect(try GrayImage(size: size, pixels: pixels).normalizedAsDigit().pixels.contains(255))
  }
}
