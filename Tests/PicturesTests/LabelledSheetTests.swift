import Images
import Pictures
import Testing

/// The sheet with captions, marks and a legend.
@Suite struct LabelledSheetTests {
  private static let size = ImageSize(height: 28, width: 28)

  /// Units whose pictures are of one shade each, so that every other pixel is a caption's.
  private func features(
    _ shades: [Float], palette: SignedPalette = .gray, outgoing: [Float] = []
  ) -> FeaturePictures {
    FeaturePictures(
      weights: shades.flatMap { Array(repeating: $0, count: Self.size.pixelCount) },
      units: shades.count, size: Self.size, outgoing: outgoing, palette: palette)
  }

  private func pixels(_ picture: Picture) -> GrayImage {
    switch picture {
    case .gray(let image): image
    case .color(let image): GrayImage(size: image.size, pixels: image.pixels.map(\.green))
    }
  }

  /// The part of a sheet that a cell's picture takes.
  private func picture(_ cell: Int, of sheet: LabelledSheet) -> GrayImage {
    let (row, column) = sheet.layout.origin(of: cell)
    let top = sheet.title.isEmpty ? 0 : 24
    return part(
      of: pixels(sheet.picture()), row: top + row, column: column,
      size: ImageSize(
        height: Self.size.height * sheet.layout.zoom, width: Self.size.width * sheet.layout.zoom))
  }

  private func part(of image: GrayImage, row: Int, column: Int, size: ImageSize) -> GrayImage {
    GrayImage(
      size: size,
      pixels: (0..<size.height).flatMap { line in
        (0..<size.width).map { image[row + line, column + $0] }
      })
  }

  @Test func `pictures are those of the units, in the order of the sheet`() {
    let features = features([1, -2, 0.5])
    let sheet = features.labelledSheet(of: features.indices(in: .norm), zoom: 2)
    for (cell, unit) in [1, 0, 2].enumerated() {
      guard case .gray(let image) = features.picture(ofUnit: unit) else { continue }
      #expect(picture(cell, of: sheet) == image.enlarged(by: 2))
    }
  }

  @Test(arguments: SignedPalette.allCases)
  func `the image has the announced size and the palette's kind`(palette: SignedPalette) {
    let features = features([1, -2, 0.5], palette: palette)
    let sheet = features.labelledSheet(of: [0, 1, 2])
    #expect(sheet.picture().size == sheet.size)
    let isGray = if case .gray = sheet.picture() { true } else { false }
    #expect(isGray == (palette == .gray))
  }

  @Test func `every unit has its own number beneath it`() {
    let features = features([1, 1, 1, 1])
    func caption(_ facts: UnitFacts, _ cell: Int) -> GrayImage {
      let sheet = features.labelledSheet(of: [0, 1, 2, 3], facts: facts, zoom: 2)
      let (row, column) = sheet.layout.origin(of: cell)
      return part(
        of: pixels(sheet.picture()), row: row + 56, column: column,
        size: ImageSize(height: sheet.layout.captionHeight, width: 56))
    }
    let captions = (0..<4).map { caption(UnitFacts(), $0) }
    for (index, one) in captions.enumerated() {
      #expect(one.pixels.contains { $0 < 128 }, "ink")
      for other in captions[..<index] { #expect(one != other) }
    }
    let named = caption(UnitFacts(names: ["3", "0", "0", "0"]), 0)
    #expect(named == captions[3], "a name stands in its place")
  }

  @Test func `dead units are crossed twice, empty ones once, and both are counted`() {
    let features = features([1, 1, 0.001, 0])
    func ink(_ facts: UnitFacts) -> [Int] {
      let sheet = features.labelledSheet(of: [0, 1, 2, 3], facts: facts, zoom: 2)
      return (0..<4).map { cell in picture(cell, of: sheet).pixels.count { $0 < 100 } }
    }
    let plain = ink(UnitFacts())
    #expect(plain[0] == 0 && plain[1] == 0 && plain[2] >= 50 && plain[3] >= 50)
    let marked = ink(UnitFacts(dead: [1, 3], images: "all 9 training images"))
    #expect(marked[0] == 0 && marked[2] == plain[2])
    #expect(marked[1] >= 100 && marked[3] > plain[3] + 40)
    let notes = features.labelledSheet(
      of: [0, 1, 2, 3], facts: UnitFacts(dead: [1, 3], images: "all 9 training images")
    ).legend.notes
    #expect(
      notes == [
        .init("4 units, largest norm first"),
        .init("2 dead: 0 for all 9 training images", mark: .dead),
        .init("1 empty: norm below 1 % of the largest", mark: .empty),
      ])
  }

  @Test func `a dead unit's picture is pale`() {
    let features = features([1, 1])
    let sheet = features.labelledSheet(of: [0, 1], facts: UnitFacts(dead: [1]), zoom: 2)
    #expect(picture(0, of: sheet)[30, 2] == 255)
    #expect(picture(1, of: sheet)[30, 2] == 191, "half way from white to the shade of 0, 128")
  }

  @Test func `the legend says the scale, or that each unit has its own`() {
    let shared = features([1, -2])
    #expect(shared.labelledSheet(of: [0, 1]).legend.notes.count == 1)
    let each = FeaturePictures(
      weights: [1, -1, 0.25, 0.25], units: 2, size: ImageSize(height: 1, width: 2), scale: .each)
    #expect(
      each.labelledSheet(of: [0, 1]).legend.notes.last
        == .init("each unit on its own scale, limits 0.25 to 1.0"))
  }

  @Test func `examples stand beneath their unit, three in a row`() {
    let features = features([1, -2])
    let examples = (0..<9).map { number in
      GrayImage(size: Self.size, pixels: (0..<784).map { UInt8(($0 * 7 + number * 31) % 256) })
    }
    let sheet = features.labelledSheet(of: [0, 1], facts: UnitFacts(examples: [1: examples]))
    #expect(sheet.layout.zoom == 3)
    let image = pixels(sheet.picture())
    let (row, column) = sheet.layout.origin(of: 1)
    // They end four pixels above the end of the cell.
    let top = row + 84 + sheet.layout.captionHeight - 84 - 4
    for (number, example) in examples.enumerated() {
      let found = part(
        of: image, row: top + number / 3 * 28, column: column + number % 3 * 28, size: Self.size)
      #expect(found == example, "\(number)")
    }
    let first = sheet.layout.origin(of: 0)
    let empty = part(
      of: image, row: top, column: first.column, size: ImageSize(height: 84, width: 84))
    #expect(empty.pixels.allSatisfy { $0 == 255 })
  }

  @Test(arguments: ["9", "ankle boot of a very long name"])
  func `votes keep within their cell`(name: String) {
    let features = features([1, 1], outgoing: [3, 1, -3, 2])
    let sheet = features.labelledSheet(
      of: [0, 1], facts: UnitFacts(classNames: [name, name]), showsVotes: true, zoom: 2)
    let image = pixels(sheet.picture())
    let (row, column) = sheet.layout.origin(of: 0)
    let (_, next) = sheet.layout.origin(of: 1)
    // Between the cells, and over the edge of the sheet, there is no ink.
    for line in row + 56..<row + 56 + sheet.layout.captionHeight {
      for gap in column + max(56, sheet.layout.captionWidth)..<next {
        #expect(image[line, gap] > 200)
      }
      #expect(image[line, image.width - 1] == 255)
    }
    #expect(sheet.legend.notes.last?.text.contains("outgoing weight") == true)
  }

  @Test(arguments: [1, 3, 100, 1024])
  func `no legend is cut off`(units: Int) {
    let features = features(Array(repeating: 1, count: units))
    let facts = UnitFacts(
      dead: [0], images: "60,000 of the 1,000,000 training images", examples: [:])
    let sheet = features.labelledSheet(of: Array(0..<units), facts: facts, showsVotes: true)
    let image = pixels(sheet.picture())
    for column in 0..<image.width { #expect(image[image.height - 1, column] == 255) }
    for row in sheet.layout.height..<image.height { #expect(image[row, image.width - 1] == 255) }
    #expect((sheet.layout.height..<image.height).contains { image[$0, image.width / 3] < 200 })
  }

  @Test func `wrong shapes are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = LabelledSheet([], legend: SheetLegend(.gray, limit: "1", notes: []))
    }
    await #expect(processExitsWith: .failure) {
      let image = GrayImage(size: ImageSize(height: 2, width: 2), filledWith: 0)
      _ = LabelledSheet(
        [.init(picture: .gray(image), label: "", examples: [image])],
        legend: SheetLegend(.gray, limit: "1", notes: []), zoom: 2)
    }
  }
}
