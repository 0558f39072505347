import Images

/// Where the pictures of a contact sheet lie: a grid of equal cells, filled row by row, with gutters
/// between the cells and a margin around them.
///
/// It is cheap to make, so a size that a user asked for can be judged before any pixel is painted.
public struct SheetLayout: Equatable, Sendable {
  /// The width in pixels that a zoom left open keeps the sheet within, as far as it can.
  public static let comfortableWidth = 1000
  /// The side in pixels that a zoom left open keeps an enlarged picture within, as far as it can.
  public static let comfortablePictureSide = 256

  /// The number of pictures.
  public let count: Int
  /// A picture's size before it is enlarged.
  public let pictureSize: ImageSize
  /// Pictures in a full row.
  public let columns: Int
  /// Every pixel of a picture becomes a square of `zoom` × `zoom`.
  public let zoom: Int
  /// Pixels between two neighbors.
  public let gutter: Int
  /// Pixels beneath each picture for its caption, which are not enlarged.
  public let captionHeight: Int
  /// The least pixels of a cell's width, for its caption.
  public let captionWidth: Int

  /// Lays out a sheet; what is left open is chosen to look good on a screen.
  ///
  /// - Parameters:
  ///   - count: the number of pictures, ≥ 1.
  ///   - pictureSize: alike for all.
  ///   - columns: pictures in a row, ≥ 1; more than there are pictures is as many as there are. Left
  ///     open: a sheet that is square or up to two and a half times as wide as high, with as few
  ///     cells empty as possible.
  ///   - zoom: the factor of enlargement, ≥ 1. Left open: the largest that keeps within
  ///     `comfortableWidth` and `comfortablePictureSide`.
  ///   - gutter: pixels, ≥ 0. Left open: in proportion to the enlarged picture, but never a hairline.
  ///   - captionHeight: pixels beneath each picture, ≥ 0.
  ///   - captionWidth: the least pixels of a cell's width, ≥ 0.
  public init(
    count: Int, pictureSize: ImageSize, columns: Int? = nil, zoom: Int? = nil, gutter: Int? = nil,
    captionHeight: Int = 0, captionWidth: Int = 0
  ) {
    precondition(count >= 1, "a contact sheet shows at least one picture")
    precondition(columns ?? 1 >= 1, "a contact sheet has at least one column")
    precondition(zoom ?? 1 >= 1, "a picture is enlarged by a factor of at least 1")
    precondition(gutter ?? 0 >= 0, "a gutter cannot be narrower than 0 pixels")
    precondition(captionHeight >= 0 && captionWidth >= 0, "a caption is not smaller than 0 pixels")
    let columns =
      columns.map { min($0, count) }
      ?? bestColumns(
        count: count, pictureAspect: Double(pictureSize.width) / Double(pictureSize.height))

    func layout(zoom: Int) -> SheetLayout {
      SheetLayout(
        count: count, pictureSize: pictureSize, columns: columns, zoom: zoom,
        gutter: gutter ?? max(2, min(pictureSize.height, pictureSize.width) * zoom / 28),
        captionHeight: captionHeight, captionWidth: captionWidth)
    }
    let largestZoom = Self.comfortablePictureSide / max(pictureSize.height, pictureSize.width)
    let zooms = stride(from: largestZoom, to: 1, by: -1)
    let comfortable = zooms.first { layout(zoom: $0).width <= Self.comfortableWidth }
    self = layout(zoom: zoom ?? comfortable ?? 1)
  }

  private init(
    count: Int, pictureSize: ImageSize, columns: Int, zoom: Int, gutter: Int, captionHeight: Int,
    captionWidth: Int
  ) {
    self.count = count
    self.pictureSize = pictureSize
    self.columns = columns
    self.zoom = zoom
    self.gutter = gutter
    self.captionHeight = captionHeight
    self.captionWidth = captionWidth
  }
}

extension SheetLayout {
  /// The rows it takes; the last one may be shorter.
  public var rows: Int { (count + columns - 1) / columns }

  /// Pixels around the cells: twice a gutter, so that the sheet looks framed.
  public var margin: Int { 2 * gutter }

  /// The whole sheet's size.
  public var size: ImageSize { ImageSize(height: height, width: width) }

  /// The whole sheet's width in pixels.
  public var width: Int { 2 * margin + columns * (cellWidth + gutter) - gutter }

  /// The whole sheet's height in pixels.
  public var height: Int { 2 * margin + rows * (cellHeight + gutter) - gutter }

  /// The pixel of the sheet where the top left corner of a picture lies.
  ///
  /// - Parameter index: which picture, 0 ..< `count`.
  /// - Returns: row and column, in pixels from the top left corner of the sheet.
  public func origin(of index: Int) -> (row: Int, column: Int) {
    precondition(0..<count ~= index, "picture \(index) is not one of the sheet's \(count)")
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    return (margin + row * (cellHeight + gutter), margin + column * (cellWidth + gutter))
  }

  /// The width of an enlarged picture, or of its caption where that is wider.
  var cellWidth: Int { max(pictureSize.width * zoom, captionWidth) }

  private var cellHeight: Int { pictureSize.height * zoom + captionHeight }
}

/// The number of columns that makes the best sheet: first its proportions, then the empty cells,
/// then the one nearer to a square.
private func bestColumns(count: Int, pictureAspect: Double) -> Int {
  let widestAspect = 2.5
  let candidates = (1...count).map { columns in
    let rows = (count + columns - 1) / columns
    let aspect = pictureAspect * Double(columns) / Double(rows)
    // By what factor the sheet misses the range 1…2.5; 1 within it.
    let miss = max(1 / aspect, aspect / widestAspect, 1)
    return (miss: miss, empty: rows * columns - count, columns: columns)
  }
  let best = candidates.min { ($0.miss, $0.empty, $0.columns) < ($1.miss, $1.empty, $1.columns) }
  return best?.columns ?? 1
}
