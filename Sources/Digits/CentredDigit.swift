import Images

extension GrayImage {
  /// Whether the image shows light ink on a background of 0 as MNIST's images do: in a box of at most
  /// 20/28 of the height and the width, its centre of mass at most 1.5 pixels from the middle.
  public var isCentredDigit: Bool {
    var (mass, rows, columns) = (0, 0, 0)
    var (top, bottom, left, right) = (height, -1, width, -1)
    for row in 0..<height {
      for column in 0..<width {
        let level = Int(self[row, column])
        if level == 0 { continue }
        mass += level
        rows += level * row
        columns += level * column
        (top, bottom) = (min(top, row), max(bottom, row))
        (left, right) = (min(left, column), max(right, column))
      }
    }
    guard mass > 0 else { return false }
    let row = Double(rows) / Double(mass) - Double(height / 2)
    let column = Double(columns) / Double(mass) - Double(width / 2)
    return abs(row) <= 1.5 && abs(column) <= 1.5 && 28 * (bottom - top + 1) <= 20 * height
      && 28 * (right - left + 1) <= 20 * width
  }
}
