import Images

extension Image {
  /// Many small pictures side by side in one image.
  ///
  /// - Parameters:
  ///   - pictures: at least one, all of the same size; they fill the sheet row by row.
  ///   - columns: pictures in a row; see `SheetLayout` for its choice and those below.
  ///   - zoom: the factor of enlargement.
  ///   - gutter: pixels between two neighbors.
  ///   - background: the shade or color of gutters, margin and empty cells.
  /// - Returns: an image of the size that `SheetLayout` gives.
  public static func contactSheet(
    of pictures: [Image], columns: Int? = nil, zoom: Int? = nil, gutter: Int? = nil,
    background: Pixel
  ) -> Image {
    guard let first = pictures.first else {
      preconditionFailure("a contact sheet shows at least one picture")
    }
    precondition(
      pictures.allSatisfy { $0.size == first.size },
      "the pictures of a contact sheet agree in size")
    let layout = SheetLayout(
      count: pictures.count, pictureSize: first.size, columns: columns, zoom: zoom, gutter: gutter)
    var sheet = Image(size: layout.size, filledWith: background)
    for (index, picture) in pictures.enumerated() {
      let origin = layout.origin(of: index)
      sheet.place(picture.enlarged(by: layout.zoom), row: origin.row, column: origin.column)
    }
    return sheet
  }
}
