import Images

/// A contact sheet whose pictures have captions, with a legend beneath: what `FeaturePictures` and
/// other pictures of units become.
public struct LabelledSheet: Sendable {
  /// What a picture is crossed out for.
  public enum Mark: Sendable {
    /// The unit is 0 for all images: two diagonals, the picture pale.
    case dead
    /// The unit's weights are next to 0: one diagonal.
    case empty
  }

  /// A picture with its caption.
  public struct Cell: Sendable {
    /// The picture.
    public var picture: Picture
    /// What it is called, in the caption's first line.
    public var label: String
    /// The votes of its unit, on the label's line where there is room.
    public var votes: [String]
    /// What it is crossed out for.
    public var mark: Mark?
    /// The images that excite its unit most, at most nine of the picture's size: three in a row
    /// beneath the caption.
    public var examples: [GrayImage]

    /// A picture with its caption.
    public init(
      picture: Picture, label: String, votes: [String] = [], mark: Mark? = nil,
      examples: [GrayImage] = []
    ) {
      self.picture = picture
      self.label = label
      self.votes = votes
      self.mark = mark
      self.examples = examples
    }
  }

  /// The pictures, row by row.
  public let cells: [Cell]
  /// What the shades mean.
  public let legend: SheetLegend
  /// The place of each cell.
  public let layout: SheetLayout
  /// Words above the pictures; empty for none.
  public let title: String

  private let captions: Captions
  private let hasExamples: Bool

  /// Lays out a sheet.
  ///
  /// - Parameters:
  ///   - cells: at least one; their pictures, and the examples, are all of one size.
  ///   - legend: what the shades mean.
  ///   - title: words above the pictures.
  ///   - columns: pictures in a row; see `SheetLayout` for its choice.
  ///   - zoom: the factor of enlargement, a multiple of 3 where there are examples. Left open: see
  ///     `SheetLayout`; 3 with examples.
  public init(
    _ cells: [Cell], legend: SheetLegend, title: String = "", columns: Int? = nil, zoom: Int? = nil
  ) {
    guard let first = cells.first else {
      preconditionFailure("a contact sheet shows at least one picture")
    }
    let size = first.picture.size
    precondition(
      cells.allSatisfy { $0.picture.size == size && $0.examples.allSatisfy { $0.size == size } },
      "the pictures of a contact sheet agree in size")
    hasExamples = cells.contains { !$0.examples.isEmpty }
    precondition(
      !hasExamples || (zoom ?? 3).isMultiple(of: 3), "examples are a third as large as a picture")
    // With its examples, a picture is twice as high.
    let rough = SheetLayout(
      count: cells.count,
      pictureSize: hasExamples ? ImageSize(height: 2 * size.height, width: size.width) : size,
      columns: columns, zoom: zoom ?? (hasExamples ? 3 : nil))
    captions = Captions(cells, pictureWidth: size.width * rough.zoom)
    layout = SheetLayout(
      count: cells.count, pictureSize: size, columns: rough.columns, zoom: rough.zoom,
      gutter: rough.gutter + 2,
      captionHeight: captions.height + (hasExamples ? size.height * rough.zoom + 4 : 0),
      captionWidth: captions.width)
    self.cells = cells
    self.legend = legend
    self.title = title
  }

  /// The size of the whole image.
  public var size: ImageSize {
    let width = max(layout.width, SheetLegend.leastWidth)
    let legendHeight = legend.height(left: layout.margin, width: width)
    return ImageSize(height: top + layout.height + legendHeight, width: width)
  }

  /// The pixels above the grid.
  private var top: Int { title.isEmpty ? 0 : 24 }

  /// The sheet as pixels on white.
  ///
  /// - Returns: a gray image where all of it is gray, else one in color.
  public func picture() -> Picture {
    var sheet = ColorImage(size: size, filledWith: RGB(gray: 255))
    var drawing = Drawing(width: Double(sheet.width), height: Double(sheet.height), title: title)
    if !title.isEmpty {
      drawing.add(
        .text(
          title, Drawing.Place(Double(layout.margin), 20), size: 15, color: PlotColors.ink))
    }
    for (index, cell) in cells.enumerated() {
      let place = layout.origin(of: index)
      draw(cell, row: top + place.row, column: place.column, on: &sheet, &drawing)
    }
    legend.draw(
      on: &drawing, top: Double(top + layout.height), left: Double(layout.margin),
      width: Double(sheet.width))
    let image = drawing.image(on: sheet, scale: 1)
    let isGray =
      legend.isGray
      && cells.allSatisfy { if case .gray = $0.picture { true } else { false } }
    return isGray
      ? .gray(GrayImage(size: image.size, pixels: image.pixels.map(\.green))) : .color(image)
  }

  private func draw(
    _ cell: Cell, row: Int, column: Int, on sheet: inout ColorImage, _ drawing: inout Drawing
  ) {
    let zoom = layout.zoom
    let (height, width) = (layout.pictureSize.height * zoom, layout.pictureSize.width * zoom)
    var picture = cell.picture.inColor
    if cell.mark == .dead { picture = picture.pale(towards: legend.zero) }
    sheet.place(picture.enlarged(by: zoom), row: row, column: column)
    if !legend.isGray {
      // Where zero is white, the cell needs an edge.
      drawing.frame(row: row, column: column, height: height, width: width)
    }
    if let mark = cell.mark {
      drawing.cross(mark, row: row, column: column, height: height, width: width)
    }
    captions.draw(
      cell, on: &drawing, row: row + height, column: column, width: layout.cellWidth)
    guard hasExamples else { return }
    let (tileHeight, tileWidth) = (height / 3, width / 3)
    let block = row + height + captions.height
    for (place, example) in cell.examples.prefix(9).enumerated() {
      let (line, rank) = place.quotientAndRemainder(dividingBy: 3)
      sheet.place(
        ColorImage(size: example.size, pixels: example.pixels.map(RGB.init(gray:)))
          .enlarged(by: zoom / 3),
        row: block + line * tileHeight, column: column + rank * tileWidth)
    }
  }
}

extension Picture {
  /// The same in red, green and blue.
  var inColor: ColorImage {
    switch self {
    case .gray(let image):
      ColorImage(size: image.size, pixels: image.pixels.map(RGB.init(gray:)))
    case .color(let image): image
    }
  }
}

extension ColorImage {
  /// The image half way to a color.
  fileprivate func pale(towards color: RGB) -> ColorImage {
    func mix(_ first: UInt8, _ second: UInt8) -> UInt8 { UInt8((Int(first) + Int(second)) / 2) }
    return ColorImage(
      size: size,
      pixels: pixels.map {
        RGB(
          red: mix($0.red, color.red), green: mix($0.green, color.green),
          blue: mix($0.blue, color.blue))
      })
  }
}

extension Drawing {
  /// An edge of one pixel around a picture.
  mutating func frame(row: Int, column: Int, height: Int, width: Int) {
    let (left, right) = (Double(column) - 0.5, Double(column + width) + 0.5)
    let (top, bottom) = (Double(row) - 0.5, Double(row + height) + 0.5)
    add(
      .line(
        [
          Place(left, top), Place(right, top), Place(right, bottom), Place(left, bottom),
          Place(left, top),
        ], width: 1, color: PlotColors.border))
  }

  /// The diagonals of a mark over a picture.
  mutating func cross(
    _ mark: LabelledSheet.Mark, row: Int, column: Int, height: Int, width: Int
  ) {
    let (left, right) = (Double(column) + 1, Double(column + width) - 1)
    let (top, bottom) = (Double(row) + 1, Double(row + height) - 1)
    add(.line([Place(left, bottom), Place(right, top)], width: 1.2, color: PlotColors.ink))
    if mark == .dead {
      add(.line([Place(left, top), Place(right, bottom)], width: 1.2, color: PlotColors.ink))
    }
  }
}
