import Images
import Pictures

/// The picture of topic C5: units at the start and learned, one of them with its stroke, and the
/// digits that excite it.
struct FeatureDrawing {
  private static let columns = 6
  private static let ink = RGB(gray: 34)
  private static let width = 1066.0

  private let before: FeatureWeights
  private let after: FeatureWeights
  private let detector: StrokeDetector
  private let favourites: [ColorImage]
  private let epochs: Int

  init(
    _ before: FeatureWeights, _ after: FeatureWeights, _ detector: StrokeDetector,
    favourites: [[Float]], epochs: Int
  ) {
    self.before = before
    self.after = after
    self.detector = detector
    self.epochs = epochs
    self.favourites = favourites.map { pixels in
      ColorImage(
        size: after.size,
        pixels: pixels.map { RGB(gray: UInt8((255 * (1 - min(max($0, 0), 1))).rounded())) })
    }
  }

  /// All of it above some plots.
  func drawing(above plots: Drawing) -> Drawing {
    let top = 420.0
    var drawing = Drawing(
      width: Self.width, height: top + plots.height,
      title: "First-layer weights before and after training")
    text(
      "The first layer's weights, the \(2 * Self.columns) strongest units", 533, 32, 17, &drawing)
    let order = after.norms.indices.sorted { after.norms[$0] > after.norms[$1] }
      .prefix(2 * Self.columns)
    for (side, weights) in [before, after].enumerated() {
      let sheet = ColorImage.contactSheet(
        of: order.map(weights.picture), columns: Self.columns, zoom: 1, gutter: 2,
        background: RGB(gray: 226))
      let (left, cell) = (20 + Double(side) * 523, 2.7)
      let title =
        side == 0 ? "At the start" : "Learned in \(epochs) \(epochs == 1 ? "epoch" : "epochs")"
      text(title, left + 251, 58, 14, &drawing)
      drawing.add(
        .image(
          sheet, topLeft: Drawing.Place(left, 68),
          bottomRight: Drawing.Place(
            left + cell * Double(sheet.width), 68 + cell * Double(sheet.height))))
    }
    text(
      "red excites, blue inhibits, white is zero; each unit has its own scale", 533, 260, 13,
      &drawing)
    drawDetector(&drawing)
    drawing.add(plots, at: Drawing.Place((Self.width - plots.width) / 2, top))
    return drawing
  }

  private func drawDetector(_ drawing: inout Drawing) {
    let (left, top, side) = (150.0, 278.0, 126.0)
    func square(_ image: ColorImage, _ left: Double, _ side: Double) {
      drawing.add(
        .image(
          image, topLeft: Drawing.Place(left, top),
          bottomRight: Drawing.Place(left + side, top + side)))
    }
    square(after.picture(ofUnit: detector.unit), left, side)
    let cell = side / Double(after.size.width)
    let ends = detector.stroke.ends.map {
      Drawing.Place(left + ($0[0] + 0.5) * cell, top + ($0[1] + 0.5) * cell)
    }
    for (width, color) in [(5.0, RGB(gray: 255)), (2, Self.ink)] {
      drawing.add(.line(ends, width: width, color: color, dash: []))
    }
    for (line, words) in [
      "Unit \(detector.unit + 1): a stroke detector.",
      "The bar is the stroke that its weights",
      "match best; on the right the test digits",
      "that excite it most.",
    ].enumerated() {
      drawing.add(
        .text(
          words, Drawing.Place(left + side + 16, top + 40 + 20 * Double(line)), size: 13,
          color: Self.ink))
    }
    for (index, image) in favourites.prefix(8).enumerated() {
      let (size, x) = (60.0, 560 + 64 * Double(index % 4))
      let y = top + 64 * Double(index / 4)
      drawing.add(
        .image(
          image, topLeft: Drawing.Place(x, y), bottomRight: Drawing.Place(x + size, y + size)))
    }
  }

  private func text(
    _ words: String, _ x: Double, _ y: Double, _ size: Double, _ drawing: inout Drawing
  ) {
    drawing.add(
      .text(words, Drawing.Place(x, y), size: size, color: Self.ink, anchor: .middle))
  }
}
