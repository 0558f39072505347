import Images
import Pictures
import Testing

/// Film strips and animations of features.
@Suite struct FeatureHistoryTests {
  private static let size = ImageSize(height: 8, width: 8)

  private func history(
    epochs: Int, units: Int = 2, scale: FeaturePictures.Scale = .shared,
    palette: SignedPalette = .gray
  ) -> FeatureHistory {
    // Unit u has weight (u + 1) · epoch everywhere.
    FeatureHistory(
      epochs: Array(0..<epochs), units: Array(0..<units),
      weights: (0..<epochs).map { epoch in
        (0..<units).flatMap { Array(repeating: Float(($0 + 1) * epoch), count: 64) }
      }, size: Self.size, scale: scale, palette: palette)
  }

  @Test(arguments: [1, 2, 16, 17, 31, 1000])
  func `a strip has the first and the last epoch, and more of the early ones`(count: Int) {
    let places = FeatureHistory.places(of: count, atMost: FeatureHistory.stripLength)
    #expect(places.first == 0 && places.last == count - 1)
    #expect(places.count == min(count, FeatureHistory.stripLength))
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    if count > 20 { #expect(places[places.count / 2] < count / 2) }
  }

  @Test func `a strip has a row per unit and a column per epoch on one scale`() {
    guard case .gray(let strip) = history(epochs: 3).filmStrip(zoom: 2) else {
      Issue.record("gray weights make a gray strip")
      return
    }
    // Shades of the weights 0, 1, 2 and 0, 2, 4 of at most 4.
    let wanted = [0, 1, 2, 0, 2, 4].map { SignedPalette.shade(of: $0, limit: 4) }
    func isStart(_ left: Int) -> Bool {
      (0..<6).allSatisfy { cell in
        [0, 15].allSatisfy { inset in
          strip[28 + cell / 3 * 19 + inset, left + cell % 3 * 19 + inset] == wanted[cell]
        }
      }
    }
    #expect((0..<strip.width - 60).count(where: isStart) == 1)
  }

  @Test func `with a scale for each unit, its largest weight of all epochs is the limit`() {
    guard case .gray(let strip) = history(epochs: 3, scale: .each).filmStrip(zoom: 2) else {
      return
    }
    let rows = [28 + 8, 28 + 19 + 8].map { row in (60..<110).map { strip[row, $0] } }
    #expect(rows[0] == rows[1])
    #expect(rows[0].contains(255))
  }

  @Test(arguments: SignedPalette.allCases)
  func `an animation has a frame per epoch, all of one size, the ends the longest`(
    palette: SignedPalette
  ) throws {
    let frames = history(epochs: 5, palette: palette).frames()
    #expect(frames.count == 5)
    #expect(Set(frames.map(\.picture.size)).count == 1)
    #expect(frames.map(\.milliseconds) == [1500, 500, 500, 500, 1500])
    #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.picture != $1.picture })
    let file = try Picture.animatedPNGBytes(of: frames)
    #expect(try ColorImage(pngBytes: file).size == frames[0].picture.size)
  }
}
