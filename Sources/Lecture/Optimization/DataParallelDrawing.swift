import Images
import Pictures

/// How a mini-batch becomes a step: its rows in shards, the same rows in leaves, the tree over the
/// leaves, and the step. Beside it stands a plot.
struct DataParallelDrawing {
  private static let (top, height) = (84.0, 300.0)
  private static let ink = RGB(gray: 34)
  private static let faint = RGB(gray: 96)
  private static let line = RGB(gray: 120)
  private static let shardColors = [
    RGB(red: 214, green: 232, blue: 245), RGB(red: 253, green: 229, blue: 208),
    RGB(red: 209, green: 240, blue: 226), RGB(red: 245, green: 224, blue: 236),
  ]

  private let shards: [Range<Int>]
  private let leaves: [Range<Int>]
  /// The pixels of each row, 28 × 28 of 0…1.
  private let images: [[Float]]
  private let speedUp: Figure

  init(_ gradient: ShardedGradient, images: [[Float]], speedUp: Figure) {
    shards = gradient.shards
    leaves = gradient.leaves
    self.images = images
    self.speedUp = speedUp
  }

  private var rowCount: Double { Double(images.count) }

  /// The height at which a row begins.
  private func y(_ row: Int) -> Double { Self.top + Double(row) / rowCount * Self.height }

  private func middle(_ rows: Range<Int>) -> Double {
    (y(rows.lowerBound) + y(rows.upperBound)) / 2
  }

  /// The picture.
  func drawing(title: String) -> Drawing {
    let plot = speedUp.drawing()
    // Columns: shards, leaves, the levels of the tree, the step.
    let treeLeft = 410.0
    let levels = max(1, treeLevels.count - 1)
    let stepLeft = treeLeft + 58 * Double(levels) + 26
    let plotLeft = stepLeft + 130
    var drawing = Drawing(
      width: plotLeft + plot.width, height: max(Self.top + Self.height + 64, plot.height + 56),
      title: title)
    text(title, drawing.width / 2, 30, 17, .middle, Self.ink, &drawing)
    drawShards(&drawing)
    drawLeaves(&drawing)
    drawTree(left: treeLeft, &drawing)
    let root = (x: treeLeft + 58 * Double(levels), y: rootHeight)
    drawStep(from: root, left: stepLeft, &drawing)
    drawing.add(plot, at: Drawing.Place(plotLeft, 40))
    return drawing
  }

  // MARK: - Columns

  private func drawShards(_ drawing: inout Drawing) {
    let (left, width) = (24.0, 128.0)
    text("\(shards.count) shards", left + width / 2, 62, 14, .middle, Self.ink, &drawing)
    text("of \(images.count) rows", left + width / 2, 77, 12, .middle, Self.faint, &drawing)
    for (index, rows) in shards.enumerated() {
      let (top, bottom) = (y(rows.lowerBound), y(rows.upperBound))
      box(
        left, top, left + width, bottom, Self.shardColors[index % Self.shardColors.count], &drawing)
      // The first digits of the shard, where there is room.
      let size = min(28.0, bottom - top - 24)
      if size >= 20 {
        for place in 0..<min(3, rows.count) {
          let x = left + 4 + Double(place) * 40
          drawing.add(
            .image(
              digit(images[rows.lowerBound + place]), topLeft: Drawing.Place(x, bottom - size - 4),
              bottomRight: Drawing.Place(x + size, bottom - 4)))
        }
        text("worker \(index + 1)", left + 6, top + 14, 12, .start, Self.ink, &drawing)
      } else if bottom - top >= 14 {
        text("worker \(index + 1)", left + 6, middle(rows) + 4, 12, .start, Self.ink, &drawing)
      }
    }
    let y = Self.top + Self.height
    text("each row forward", left + width / 2, y + 20, 12, .middle, Self.faint, &drawing)
    text("and backward", left + width / 2, y + 36, 12, .middle, Self.faint, &drawing)
    arrow(left + width + 8, Self.top + Self.height / 2, 200, Self.top + Self.height / 2, &drawing)
  }

  private func drawLeaves(_ drawing: inout Drawing) {
    let (left, width) = (212.0, 150.0)
    let count = leaves.count
    text(
      "\(count) \(count == 1 ? "leaf" : "leaves")", left + width / 2, 62, 14, .middle, Self.ink,
      &drawing)
    text("of 64 rows", left + width / 2, 77, 12, .middle, Self.faint, &drawing)
    for (index, rows) in leaves.enumerated() {
      let (top, bottom) = (y(rows.lowerBound), y(rows.upperBound))
      box(left, top, left + width, bottom, RGB(gray: 244), &drawing)
      if bottom - top >= 14 {
        text(
          "rows \(rows.lowerBound)–\(rows.upperBound - 1)", left + 8, middle(rows) + 4, 12, .start,
          Self.ink, &drawing)
        text("Σ\(index)", left + width - 8, middle(rows) + 4, 13, .end, Self.ink, &drawing)
      }
    }
    let y = Self.top + Self.height
    text("each adds its rows", left + width / 2, y + 20, 12, .middle, Self.faint, &drawing)
    text("in order", left + width / 2, y + 36, 12, .middle, Self.faint, &drawing)
  }

  /// The heights of the sums of each level, from the leaves to the root; an odd one is carried up.
  private var treeLevels: [[Double]] {
    var levels = [leaves.map(middle)]
    while let last = levels.last, last.count > 1 {
      levels.append(
        stride(from: 0, to: last.count, by: 2).map { index in
          index + 1 < last.count ? (last[index] + last[index + 1]) / 2 : last[index]
        })
    }
    return levels
  }

  private var rootHeight: Double { treeLevels.last?[0] ?? Self.top + Self.height / 2 }

  private func drawTree(left: Double, _ drawing: inout Drawing) {
    let levels = treeLevels
    let center = left + 29 * Double(max(1, levels.count - 1))
    text("a fixed tree", center, 62, 14, .middle, Self.ink, &drawing)
    for (level, heights) in levels.enumerated() {
      // Leaves begin at their box.
      let x = level == 0 ? 362 : left + 58 * Double(level)
      guard level + 1 < levels.count else { break }
      let next = left + 58 * Double(level + 1)
      for (index, height) in heights.enumerated() {
        line(x, height, next, levels[level + 1][index / 2], &drawing)
      }
    }
    if levels.count == 1 { line(362, rootHeight, left + 58, rootHeight, &drawing) }
    for (level, heights) in levels.enumerated().dropFirst() {
      for (index, height) in heights.enumerated() where 2 * index + 1 < levels[level - 1].count {
        let place = Drawing.Place(left + 58 * Double(level), height)
        drawing.add(.disc(place, radius: 13, color: Self.line))
        drawing.add(.disc(place, radius: 11.8, color: RGB(gray: 255)))
        text("+", place.x, place.y + 5, 15, .middle, Self.ink, &drawing)
      }
    }
  }

  private func drawStep(
    from root: (x: Double, y: Double), left: Double, _ drawing: inout Drawing
  ) {
    arrow(root.x + 13, root.y, left, root.y, &drawing)
    box(left, root.y - 34, left + 118, root.y + 34, RGB(gray: 255), &drawing)
    text("∇E = Σ ÷ \(images.count)", left + 59, root.y - 8, 13, .middle, Self.ink, &drawing)
    text("w ← w − η∇E", left + 59, root.y + 17, 13, .middle, Self.ink, &drawing)
    text("one step", left + 59, 62, 14, .middle, Self.ink, &drawing)
  }

  // MARK: - Marks

  private func digit(_ pixels: [Float]) -> ColorImage {
    ColorImage(
      size: ImageSize(height: 28, width: 28),
      pixels: pixels.map { RGB(gray: UInt8((255 * (1 - min(max($0, 0), 1))).rounded())) })
  }

  private func text(
    _ words: String, _ x: Double, _ y: Double, _ size: Double, _ anchor: Drawing.Anchor,
    _ color: RGB, _ drawing: inout Drawing
  ) {
    drawing.add(.text(words, Drawing.Place(x, y), size: size, color: color, anchor: anchor))
  }

  private func box(
    _ left: Double, _ top: Double, _ right: Double, _ bottom: Double, _ color: RGB,
    _ drawing: inout Drawing
  ) {
    let corners = [
      Drawing.Place(left, top), Drawing.Place(right, top), Drawing.Place(right, bottom),
      Drawing.Place(left, bottom),
    ]
    drawing.add(.area(corners, color: color))
    drawing.add(.line(corners + [corners[0]], width: 1, color: Self.line))
  }

  private func line(
    _ x: Double, _ y: Double, _ endX: Double, _ endY: Double, _ drawing: inout Drawing
  ) {
    drawing.add(
      .line([Drawing.Place(x, y), Drawing.Place(endX, endY)], width: 1.4, color: Self.line))
  }

  /// A level arrow to the right.
  private func arrow(
    _ x: Double, _ y: Double, _ endX: Double, _ endY: Double, _ drawing: inout Drawing
  ) {
    line(x, y, endX - 6, endY, &drawing)
    drawing.add(
      .area(
        [
          Drawing.Place(endX, endY), Drawing.Place(endX - 9, endY - 4),
          Drawing.Place(endX - 9, endY + 4),
        ], color: Self.line))
  }
}
