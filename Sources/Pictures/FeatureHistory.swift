import Images
import NumberText

/// How features come about: the weights of some units at several epochs of a training, all on one
/// scale.
public struct FeatureHistory: Sendable {
  /// The numbers of the epochs, rising; 0 is the start.
  public let epochs: [Int]
  /// The units' indices in their layer.
  public let units: [Int]
  /// The names of the units; their indices stand for missing ones.
  public let names: [String]

  private let pictures: [FeaturePictures]  // [epochs], each of [units]

  /// Prepares the pictures.
  ///
  /// - Parameters:
  ///   - epochs: at least one.
  ///   - units: at least one.
  ///   - weights: for each epoch [units × height × width].
  ///   - size: of the input image.
  ///   - names: the names of the units; none for their indices.
  ///   - scale: one limit for everything, or one for each unit over all epochs.
  ///   - palette: how a weight becomes a shade.
  public init(
    epochs: [Int], units: [Int], weights: [[Float]], size: ImageSize, names: [String] = [],
    scale: FeaturePictures.Scale = .shared, palette: SignedPalette = .gray
  ) {
    precondition(!epochs.isEmpty && !units.isEmpty, "a history has epochs and units")
    precondition(
      weights.count == epochs.count
        && weights.allSatisfy { $0.count == units.count * size.pixelCount },
      "weights for \(units.count) units with \(size) inputs at \(epochs.count) epochs")
    self.epochs = epochs
    self.units = units
    self.names = names
    let shared = robustLimit(weights.joined())
    let inputs = size.pixelCount
    let limits =
      switch scale {
      case .shared: Array(repeating: shared, count: units.count)
      case .each:
        units.indices.map { unit in
          let own = robustLimit(
            weights.lazy.map { $0[unit * inputs..<(unit + 1) * inputs] }.joined())
          return Double(own) < FeaturePictures.leastShare * Double(shared) ? shared : own
        }
      }
    pictures = weights.map {
      FeaturePictures(
        weights: $0, units: units.count, size: size, outgoing: [], limits: limits, palette: palette)
    }
  }

  private var legend: SheetLegend {
    let limits = pictures[0].limits
    let (low, high) = (limits.min() ?? 0, limits.max() ?? 0)
    let (low2, high2) = (words(low), words(high))
    return low < high
      ? SheetLegend(
        pictures[0].palette, limit: "limit",
        notes: [.init("each unit on its own scale, limits \(low2) to \(high2)")])
      : SheetLegend(pictures[0].palette, limit: high2, notes: [.init("one scale for all epochs")])
  }

  private func name(ofRow row: Int) -> String {
    names.indices ~= row ? names[row] : "\(units[row])"
  }

  // MARK: - Animation

  /// The frames of an animation, one per epoch. The first and the last one stay longer.
  ///
  /// - Parameter zoom: the factor of enlargement; left open, as `SheetLayout` has it, but at most 4.
  /// - Returns: pictures of one size, and the milliseconds of each.
  public func frames(zoom: Int? = nil) -> [(picture: Picture, milliseconds: Int)] {
    // Ten seconds for all that moves, but no frame shorter than the eye or longer than patience.
    let usual = min(max(10_000 / epochs.count, 50), 500)
    let layout = SheetLayout(count: units.count, pictureSize: pictures[0].size, zoom: zoom)
    return epochs.indices.map { index in
      let cells = units.indices.map { row in
        LabelledSheet.Cell(
          picture: pictures[index].picture(ofUnit: row), label: name(ofRow: row))
      }
      let sheet = LabelledSheet(
        cells, legend: legend, title: "Epoch \(epochs[index]) of \(epochs[epochs.count - 1])",
        columns: layout.columns, zoom: zoom ?? min(layout.zoom, 4))
      let isEnd = index == 0 || index == epochs.count - 1
      return (sheet.picture(), isEnd ? max(usual, 1500) : usual)
    }
  }

  // MARK: - Film strip

  /// The most epochs of a film strip that is not to be wider than a screen.
  public static let stripLength = 16

  /// The places of epochs that are shown: all, or so many of them, more of the early ones, as features
  /// change most at the start. The first and, of two or more, the last one are among them.
  package static func places(of count: Int, atMost limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var places: [Int] = []
    for place in 0..<limit {
      let share = Double(place) / Double(max(1, limit - 1))
      let wanted = Int((share * share * Double(count - 1)).rounded())
      places.append(max(wanted, (places.last ?? -1) + 1))
    }
    return places
  }

  /// A row of pictures per unit, a column per epoch.
  ///
  /// - Parameter zoom: the factor of enlargement; left open: the largest that keeps the pictures within
  ///   1000 pixels of width, but at most 4.
  /// - Returns: a gray or a color image, as the palette has it.
  public func filmStrip(zoom: Int? = nil) -> Picture {
    let columns = Self.places(of: epochs.count, atMost: Self.stripLength)
    let size = pictures[0].size
    let (margin, gap, textSize) = (10, 3, 12.0)
    let left =
      margin
      + Int(
        max(
          units.indices.map { Drawing.width(of: name(ofRow: $0), size: textSize) }.max() ?? 0,
          Drawing.width(of: "epoch", size: textSize))
      ) + 8
    let zoom =
      zoom
      ?? (1...4).last {
        columns.count * (size.width * $0 + gap) <= SheetLayout.comfortableWidth
      } ?? 1
    let (cellHeight, cellWidth) = (size.height * zoom, size.width * zoom)
    let top = margin + 18
    let bottom = top + units.count * (cellHeight + gap) + 6
    let width = max(
      left + columns.count * (cellWidth + gap) - gap + margin, SheetLegend.leastWidth)
    let legend = legend
    var strip = ColorImage(
      size: ImageSize(height: bottom + legend.height(left: margin, width: width), width: width),
      filledWith: RGB(gray: 255))
    var drawing = Drawing(
      width: Double(width), height: Double(strip.height), title: "Features by epoch")
    func write(_ text: String, x: Double, y: Double, anchor: Drawing.Anchor) {
      drawing.add(
        .text(text, Drawing.Place(x, y), size: textSize, color: PlotColors.ink, anchor: anchor))
    }
    write("epoch", x: Double(left - 8), y: Double(top - 7), anchor: .end)
    for (column, place) in columns.enumerated() {
      let x = left + column * (cellWidth + gap)
      write(
        "\(epochs[place])", x: Double(x) + Double(cellWidth) / 2, y: Double(top - 7),
        anchor: .middle)
      for row in units.indices {
        let y = top + row * (cellHeight + gap)
        strip.place(
          pictures[place].picture(ofUnit: row).inColor.enlarged(by: zoom), row: y, column: x)
        if !legend.isGray {
          drawing.frame(row: y, column: x, height: cellHeight, width: cellWidth)
        }
      }
    }
    for row in units.indices {
      let y = top + row * (cellHeight + gap)
      write(
        name(ofRow: row), x: Double(left - 8), y: Double(y) + Double(cellHeight) / 2 + 4,
        anchor: .end)
    }
    legend.draw(
      on: &drawing, top: Double(bottom), left: Double(margin), width: Double(width))
    let image = drawing.image(on: strip, scale: 1)
    return legend.isGray
      ? .gray(GrayImage(size: image.size, pixels: image.pixels.map(\.green))) : .color(image)
  }
}
