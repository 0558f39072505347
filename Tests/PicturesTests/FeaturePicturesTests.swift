import Foundation
import Images
import Pictures
import Testing

@Suite struct FeaturePicturesTests {
  @Test func `a unit is a picture of its weights`() {
    let features = FeaturePictures(
      weights: [1, -1, 0, 0.5, -0.5, 0.25, 0, 0, 0, 0, 0, 0], units: 2,
      size: ImageSize(height: 2, width: 3))
    #expect(
      features.picture(ofUnit: 0)
        == .gray(
          GrayImage(size: ImageSize(height: 2, width: 3), pixels: [255, 1, 128, 192, 64, 160])))
    #expect(
      features.picture(ofUnit: 1)
        == .gray(GrayImage(size: ImageSize(height: 2, width: 3), filledWith: 128)))
  }

  @Test func `the signed palette makes color pictures`() {
    let features = FeaturePictures(
      weights: [2, -2, 0, 1], units: 1, size: ImageSize(height: 2, width: 2), palette: .signed)
    let colors = [2, -2, 0, 1].map { SignedPalette.signed.color(of: $0, limit: 2) }
    #expect(
      features.picture(ofUnit: 0)
        == .color(ColorImage(size: ImageSize(height: 2, width: 2), pixels: colors)))
  }

  @Test func `a shared scale keeps a weak unit weak`() {
    let features = FeaturePictures(
      weights: [4, -4, 1, -1], units: 2, size: ImageSize(height: 1, width: 2), scale: .shared)
    #expect(features.limits == [4, 4])
    #expect(
      features.picture(ofUnit: 0)
        == .gray(GrayImage(size: ImageSize(height: 1, width: 2), pixels: [255, 1])))
    #expect(
      features.picture(ofUnit: 1)
        == .gray(GrayImage(size: ImageSize(height: 1, width: 2), pixels: [160, 96])))
  }

  @Test func `a scale for each unit shows a weak one in full`() {
    let features = FeaturePictures(
      weights: [4, -4, 1, -1, 0, 0], units: 3, size: ImageSize(height: 1, width: 2), scale: .each)
    #expect(features.limits == [4, 1, 4])
    #expect(features.picture(ofUnit: 0) == features.picture(ofUnit: 1))
    #expect(
      features.picture(ofUnit: 2)
        == .gray(GrayImage(size: ImageSize(height: 1, width: 2), pixels: [128, 128])))
  }

  @Test func `a unit that is next to nothing is not blown up into noise`() {
    let features = FeaturePictures(
      weights: [100, -100, 1, -1, 0.99, -0.99], units: 3, size: ImageSize(height: 1, width: 2),
      scale: .each)
    #expect(features.limits == [100, 1, 100])
    #expect(
      features.picture(ofUnit: 2)
        == .gray(GrayImage(size: ImageSize(height: 1, width: 2), pixels: [129, 127])))
    #expect(features.emptyUnits == [2], "1 % of the largest norm is not below 1 %")
  }

  @Test(arguments: [(1, 1), (999, 999), (1000, 999), (1999, 1998), (2000, 1998), (10000, 9990)])
  func `one weight in a thousand is clipped`(count: Int, limit: Float) {
    let weights = (1...count).map { $0.isMultiple(of: 2) ? Float($0) : -Float($0) }
    let features = FeaturePictures(
      weights: weights, units: 1, size: ImageSize(height: 1, width: count))
    #expect(features.limits == [limit])
  }

  @Test func `zeros and broken weights do not move the limit`() {
    var weights = [Float](repeating: 0, count: 5000)
    weights.replaceSubrange(0..<4, with: [0.5, -0.25, .infinity, .nan])
    let features = FeaturePictures(
      weights: weights, units: 1, size: ImageSize(height: 50, width: 100))
    #expect(features.limits == [0.5])
  }

  @Test(arguments: SignedPalette.allCases, FeaturePictures.Scale.allCases)
  func `weights that are all zero are all neutral`(
    palette: SignedPalette, scale: FeaturePictures.Scale
  ) {
    let features = FeaturePictures(
      weights: Array(repeating: -0.0, count: 2 * 28 * 28), units: 2,
      size: ImageSize(height: 28, width: 28), scale: scale, palette: palette)
    let expected: Picture =
      switch palette {
      case .gray: .gray(GrayImage(size: ImageSize(height: 28, width: 28), filledWith: 128))
      case .signed:
        .color(ColorImage(size: ImageSize(height: 28, width: 28), filledWith: RGB(gray: 255)))
      }
    #expect(features.picture(ofUnit: 0) == expected)
    #expect(features.picture(ofUnit: 1) == expected)
  }

  @Test func `broken weights are black, and the others keep their shade`() {
    let features = FeaturePictures(
      weights: [.nan, .infinity, -.infinity, 1, -1, 0], units: 1,
      size: ImageSize(height: 2, width: 3))
    #expect(
      features.picture(ofUnit: 0)
        == .gray(GrayImage(size: ImageSize(height: 2, width: 3), pixels: [0, 0, 0, 255, 1, 128])))
    let allBroken = FeaturePictures(
      weights: [.nan, .nan], units: 1, size: ImageSize(height: 1, width: 2), scale: .each,
      palette: .signed)
    #expect(
      allBroken.picture(ofUnit: 0)
        == .color(ColorImage(size: ImageSize(height: 1, width: 2), filledWith: RGB(gray: 0))))
  }

  @Test func `the largest norm comes first, and ties keep their order`() {
    let features = FeaturePictures(
      weights: [3, 4, 0, 1, 0, 13, 0, -1, -4, 3], units: 5, size: ImageSize(height: 1, width: 2))
    #expect(features.norms == [5, 1, 13, 1, 5])
    #expect(features.indices(in: .norm) == [2, 0, 4, 1, 3])
    #expect(features.indices(in: .index) == [0, 1, 2, 3, 4])
  }

  @Test func `units stand by the class that they serve, within a class by norm`() {
    let features = FeaturePictures(
      weights: [1, 2, 3, 4], units: 4, size: ImageSize(height: 1, width: 1),
      outgoing: [0, 5, -2, 1, /**/ 1, -5, -1, 0, /**/ -1, 0, -3, 2])
    #expect((0..<4).map { features.votes(ofUnit: $0)?.strongest } == [1, 0, 1, 2])
    #expect((0..<4).map { features.votes(ofUnit: $0)?.weakest } == [2, 1, 2, 1])
    #expect(features.indices(in: .servedClass) == [1, 2, 0, 3])
    let words = (0..<4).map { features.votes(ofUnit: $0)?.words(["a", "b"]) }
    #expect(words == [["+b", "−2"], ["+a", "−b"], ["−2"], ["+2"]])
    let alone = FeaturePictures(
      weights: [1, 2, 3, 4], units: 4, size: ImageSize(height: 1, width: 1))
    #expect(alone.votes(ofUnit: 0) == nil)
    #expect(alone.indices(in: .servedClass) == [3, 2, 1, 0], "without classes, by norm")
  }

  @Test func `neighbours in the order of similarity look alike`() {
    // Directions on a half circle, shuffled, of different lengths: the best path follows the angle.
    let count = 60
    let angles = (0..<count).map { Double($0 * 23 % count) / Double(count) * 3 }
    let weights = angles.enumerated().flatMap { index, angle in
      [cos(angle), sin(angle)].map { Float($0 * Double(1 + index % 7)) }
    }
    let features = FeaturePictures(
      weights: weights + [0, 0], units: count + 1, size: ImageSize(height: 1, width: 2))
    let order = features.indices(in: .similarity)
    #expect(order.sorted() == Array(0...count))
    #expect(order.last == count, "an empty unit is like no other")
    let steps = zip(order, order.dropFirst().dropLast()).map { abs(angles[$0] - angles[$1]) }
    // A path that begins in the middle has to come back once, across at most half of the circle.
    #expect(steps.reduce(0, +) < 3 * 1.5 + 0.2)
    #expect(steps.count { $0 > 0.051 } <= 1 + count / 2)
    #expect(order == features.indices(in: .similarity))
  }

  @Test func `a broken unit is seen first`() {
    let features = FeaturePictures(
      weights: [1, .nan, 3, -.infinity, .greatestFiniteMagnitude], units: 5,
      size: ImageSize(height: 1, width: 1))
    #expect(features.norms[4] == Double(Float.greatestFiniteMagnitude))
    #expect(features.indices(in: .norm) == [1, 3, 4, 2, 0])
  }

  @Test func `the sheet shows units in the order asked for`() {
    let features = FeaturePictures(
      weights: [0.5, -1, 0, 0.75], units: 4, size: ImageSize(height: 1, width: 1))
    func shades(_ picture: Picture) -> [UInt8] {
      guard case .gray(let sheet) = picture else { return [] }
      return sheet.pixels
    }
    let byNorm = features.contactSheet(columns: 4, zoom: 1, gutter: 0)
    #expect(shades(byNorm) == [1, 223, 192, 128])
    let byIndex = features.contactSheet(order: .index, columns: 2, zoom: 1, gutter: 0)
    #expect(shades(byIndex) == [192, 1, 128, 223])
    let two = features.contactSheet(atMost: 2, zoom: 1, gutter: 0)
    #expect(shades(two) == [1, 223])
    #expect(
      features.contactSheet(atMost: 9) == features.contactSheet(), "more than there are is all")
  }

  @Test func `gutters differ from the shade of zero`() {
    for palette in SignedPalette.allCases {
      let features = FeaturePictures(
        weights: Array(repeating: 0, count: 10 * 28 * 28), units: 10,
        size: ImageSize(height: 28, width: 28), palette: palette)
      let distinct =
        switch features.contactSheet() {
        case .gray(let sheet): Set(sheet.pixels.map { [$0, $0, $0] })
        case .color(let sheet): Set(sheet.pixels.map { [$0.red, $0.green, $0.blue] })
        }
      #expect(distinct.count == 2)
      #expect(distinct.allSatisfy { $0[0] == $0[1] && $0[1] == $0[2] }, "both are neutral")
    }
  }

  @Test(arguments: [1, 2, 7, 10, 128, 512, 1024])
  func `a sheet of a layer is a readable PNG`(units: Int) throws {
    let weights = (0..<units * 784).map { Float($0 % 509) - 254 }
    for palette in SignedPalette.allCases {
      let features = FeaturePictures(
        weights: weights, units: units, size: ImageSize(height: 28, width: 28), palette: palette)
      let sheet = features.contactSheet()
      let bytes = try sheet.pngBytes()
      #expect(try GrayImage(pngBytes: bytes).size == sheet.size)
      // Bit depth, then 0 for gray or 2 for RGB (PNG specification, 11.2.2).
      #expect(bytes[24] == 8)
      #expect(bytes[25] == (palette == .gray ? 0 : 2))
    }
  }

  @Test func `wrong shapes are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = FeaturePictures(weights: [], units: 0, size: ImageSize(height: 28, width: 28))
    }
    await #expect(processExitsWith: .failure) {
      _ = FeaturePictures(weights: [1, 2, 3], units: 2, size: ImageSize(height: 1, width: 2))
    }
    await #expect(processExitsWith: .failure) {
      _ = FeaturePictures(weights: [1], units: 1, size: ImageSize(height: 1, width: 1)).picture(
        ofUnit: 1)
    }
  }
}
