import Digits
import Files
import Images
import Testing
import TestSupport

/// `normalizedAsDigit` on pictures as cameras and scanners make them.
@Suite struct PhotographTests {
  private func five(
    _ disturbance: Disturbance, strength: Double = 0.8, isNegative: Bool = false
  ) throws -> GrayImage {
    var sheet = Sheet()
    sheet.drawFive(strength: strength)
    disturbance.apply(to: &sheet)
    return try sheet.image(isNegative: isNegative).normalizedAsDigit()
  }

  private func problem(_ sheet: Sheet) -> FileProblem? {
    let problem = #expect(throws: FileProblem.self) { try sheet.image().normalizedAsDigit() }
    #expect(problem?.kind == .wrongData && problem?.file == "sheet.png")
    return problem
  }

  private func meanDifference(_ first: GrayImage, _ second: GrayImage) -> Int {
    zip(first.pixels, second.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } / 784
  }

  @Test(arguments: Disturbance.allCases, [false, true])
  func `a digit is seen through what else is in the picture`(
    disturbance: Disturbance, isNegative: Bool
  ) throws {
    let seen = try five(disturbance, isNegative: isNegative)
    // The strokes have about 140 of 784 pixels. An edge that moves by half a pixel of 300, a
    // thirteenth of one of 28, along the 250 pixels of their outline, changes 20 pixels in full,
    // 6 of 255 in the mean. A bar that is lost changes 18 and moves all the others.
    #expect(meanDifference(seen, try five(.nothing)) <= 6)
  }

  @Test(arguments: [Disturbance.nothing, .shade, .shadow, .vignette])
  func `a pencil is enough`(disturbance: Disturbance) throws {
    #expect(meanDifference(try five(disturbance, strength: 0.25), try five(.nothing)) <= 6)
  }

  @Test func `a thin pen gives strokes as wide as MNIST's thin ones`() throws {
    var sheet = Sheet()
    sheet.draw([(60, 100), (60, 200), (240, 140)], pen: 1)
    let seen = try sheet.image().normalizedAsDigit()
    // In each row of the stem, a stroke of 1.6 pixels holds 1.6 · 255 of ink, up to its slant.
    for row in 10..<22 {
      let ink = (0..<28).reduce(0) { $0 + Int(seen[row, $1]) }
      #expect((300...550).contains(ink), "row \(row)")
    }
  }

  // A box alone might be a zero.
  @Test(arguments: Disturbance.allCases.filter { $0 != .box })
  func `a page without a digit is a problem`(disturbance: Disturbance) {
    var sheet = Sheet()
    disturbance.apply(to: &sheet)
    sheet.addGrain(deviation: 2)
    _ = problem(sheet)
  }

  @Test func `several digits are a problem`() {
    var sheet = Sheet()
    sheet.draw([(80, 60), (220, 60)])
    sheet.draw([(80, 130), (80, 230), (220, 160)])
    #expect(problem(sheet)?.expected == "one digit")
    #expect(problem(sheet)?.found == "2 separate shapes of a digit's size")
  }

  @Test func `ink that is too faint is a problem`() {
    var sheet = Sheet()
    sheet.drawFive(strength: 0.05)
    #expect(problem(sheet)?.found == "a picture of 300 × 300 with a contrast of 12")
  }

  @Test func `specks are no digit`() {
    var sheet = Sheet()
    Disturbance.dust.apply(to: &sheet)
    #expect(problem(sheet)?.found == "specks in a picture of 300 × 300")
  }

  @Test func `MNIST's digits are centred, and what is not made so is told apart`() throws {
    let size = ImageSize(height: 28, width: 28)
    let digits = try DigitDataset(contentsOf: embeddedDigitsPath, workers: 2)
    for part in [digits.train, digits.test] {
      for index in 0..<part.count {
        let pixels = Array(part.pixels(ofImage: index))
        let image = GrayImage(size: size, pixels: pixels)
        #expect(image.isCentredDigit())
        #expect(!GrayImage(size: size, pixels: pixels.map { 255 - $0 }).isCentredDigit())
        let shifted = GrayImage(size: size, pixels: Array(pixels[84...] + pixels[..<84]))
        #expect(!shifted.isCentredDigit())
        #expect(!image.isCentredDigit(in: ImageSize(height: 20, width: 20)))
      }
    }
    var wide = GrayImage(size: size, filledWith: 0)
    for column in 4..<24 { wide[14, column] = 255 }
    #expect(wide.isCentredDigit())
    wide[14, 24] = 255
    #expect(!wide.isCentredDigit())
    #expect(!GrayImage(size: size, filledWith: 0).isCentredDigit())
  }
}
