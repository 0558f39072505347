extension Raster {
  /// Many small pictures side by side in one image.
  ///
  /// - Parameters:
  ///   - pictures: at least one, all of the same size; they fill the sheet row by row.
  ///   - columns: pictures in a row; see `SheetLayout` for its choice and those below.
  ///   - zoom: the factor of enlargement.
  ///   - gutter: pixels between two neighbors.
  ///   - background: the shade of gutters, margin and empty cells.
  /// - Returns: an image of the size that `SheetLayout` gives.
  public static func contactSheet(
    of pictures: [Raster], columns: Int? = nil, zoom: Int? = nil, gutter: Int? = nil,
    background: Shade
  ) -> Raster {
    guard let first = pictures.first else {
      preconditionFailure("a contact sheet shows at least one picture")
    }
    precondition(
      pictures.allSatisfy { $0.width == first.width && $0.height == first.height },
      "the pictures of a contact sheet agree in size")
    let layout = SheetLayout(
      count: pictures.count, pictureWidth: first.width, pictureHeight: first.height,
      columns: columns, zoom: zoom, gutter: gutter)
    var sheet = Raster(width: layout.width, height: layout.height, filledWith: background)
    for (index, picture) in pictures.enumerated() {
      let origin = layout.origin(of: index)
      sheet.place(picture.enlarged(by: layout.zoom), row: origin.row, column: origin.column)
    }
    return sheet
  }
}
