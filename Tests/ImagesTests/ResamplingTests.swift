import Images
import Testing

@Suite struct ResamplingTests {
  private func resized(
    _ pixels: [UInt8], _ height: Int, _ width: Int, to newHeight: Int, _ newWidth: Int
  ) -> [UInt8] {
    GrayImage(size: ImageSize(height: height, width: width), pixels: pixels)
      .resized(to: ImageSize(height: newHeight, width: newWidth)).pixels
  }

  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt32 = 7
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
  }

  @Test func `the same size is the same picture`() {
    let pixels = noise(5 * 7)
    #expect(resized(pixels, 5, 7, to: 5, 7) == pixels)
  }

  @Test func `the pixels of a smaller picture are the mean of what they cover`() {
    #expect(resized([0, 10, 20, 30], 1, 4, to: 1, 2) == [5, 25])
    // Each of two pixels covers one and a half: (0 + 90 / 2) / 1.5 and (90 / 2 + 240) / 1.5.
    #expect(resized([0, 90, 240], 1, 3, to: 1, 2) == [30, 190])
    #expect(resized([1, 2, 3, 5], 2, 2, to: 1, 1) == [3])  // 11 / 4
    #expect(resized([1, 2], 2, 1, to: 1, 1) == [2])  // a half is rounded up
  }

  @Test func `the pixels of a larger picture lie on the line between centers`() {
    // Centres at −¼, ¼, ¾ and 1¼ of the two old ones.
    #expect(resized([0, 100], 1, 2, to: 1, 4) == [0, 25, 75, 100])
    #expect(resized([8], 1, 1, to: 3, 2) == [8, 8, 8, 8, 8, 8])
  }

  @Test func `an enlargement by blocks is undone`() {
    let pixels = noise(6 * 4)
    let blocks = (0..<30).flatMap { row in (0..<20).map { pixels[row / 5 * 4 + $0 / 5] } }
    #expect(resized(blocks, 30, 20, to: 6, 4) == pixels)
  }

  /// The formula of areas once more, in Double and pixel by pixel.
  @Test(arguments: [1, 2, 15, 16, 17, 28], [1, 3, 16, 28, 31])
  func `every size agrees with the formula`(to: Int, from: Int) {
    let pixels = noise(from * from)
    func weight(_ new: Int, _ old: Int) -> Double {
      let scale = Double(from) / Double(to)
      if to > from {
        let centre = min(max((Double(new) + 0.5) * scale - 0.5, 0), Double(from - 1))
        return max(0, 1 - abs(centre - Double(old)))
      }
      let start = max(Double(new) * scale, Double(old))
      let end = min(Double(new + 1) * scale, Double(old + 1))
      return max(0, end - start) / scale
    }
    for (index, pixel) in resized(pixels, from, from, to: to, to).enumerated() {
      var sum = 0.0
      for (old, value) in pixels.enumerated() {
        sum += weight(index / to, old / from) * weight(index % to, old % from) * Double(value)
      }
      // The rounding to a whole number, and that of the Doubles here.
      #expect(abs(sum - Double(pixel)) <= 0.5 + 1e-9)
    }
  }
}
