import Images

extension GrayImage {
  /// Whether the picture has this size and shows a digit as MNIST does: light on a background of 0,
  /// inside a box of 20/28 of its sides, its centre of mass in the middle.
  ///
  /// In all 70,000 images of MNIST the box around the pixels that are not 0 has at most 20 of 28
  /// rows and columns, and the centre of mass lies at most 0.52 pixels from pixel 14 of 0 … 27 along
  /// either axis. The bound is 1.5 pixels, so that a digit drawn as MNIST's may be a pixel off. Other
  /// sizes have these bounds in proportion.
  ///
  /// - Parameter frame: the size of a model's images.
  /// - Returns: false also for a picture of another size, and for one without ink.
  public func isCentredDigit(in frame: ImageSize = ImageSize(height: 28, width: 28)) -> Bool {
    guard size == frame, pixels.contains(where: { $0 > 0 }) else { return false }
    let box = boundingBox
    let largest = digitBox(of: frame)
    guard box.rows.count <= largest.height, box.columns.count <= largest.width else { return false }
    let centre = centreOfMass
    /// |moment / mass − side / 2| ≤ 1.5 · side / 28
    func isInMiddle(_ moment: Int, _ side: Int) -> Bool {
      abs(2 * moment - side / 2 * 2 * centre.mass) * 28 <= 3 * side * centre.mass
    }
    return isInMiddle(centre.rowMoment, height) && isInMiddle(centre.columnMoment, width)
  }
}
