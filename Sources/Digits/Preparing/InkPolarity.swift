import Images

/// Whether ink is darker or lighter than its paper.
struct InkPolarity {
  let isDarkOnLight: Bool

  init(of picture: GrayImage) {
    let cells = picture.resized(
      to: ImageSize(height: min(64, picture.height), width: min(64, picture.width)))
    let paper = cells.medianOfBorder
    let darker = paper - Int(cells.pixels.min() ?? 0)
    let lighter = Int(cells.pixels.max() ?? 0) - paper
    let (more, less) = (max(darker, lighter), min(darker, lighter))
    if more >= 3 * less && more >= strongContrast {
      isDarkOnLight = darker > lighter
    } else {
      let skew = [8, 12, 16].reduce(0) { $0 + cells.skew(radius: $1) }
      isDarkOnLight = skew == 0 ? paper >= 128 : skew < 0
    }
  }
}

/// A contrast that shade on paper does not reach: a shadow of 40 % on white has 100.
let strongContrast = 96

extension GrayImage {
  fileprivate var medianOfBorder: Int {
    let rows = pixels[..<width] + pixels[(pixels.count - width)...]
    let columns = (0..<height).flatMap { [pixels[$0 * width], pixels[($0 + 1) * width - 1]] }
    let border = (rows + columns).sorted()
    return Int(border[border.count / 2])
  }

  /// Σd³ / Σ|d|³ in thousandths, for the difference d of each pixel from the mean of the square
  /// around it: the edge of a shadow gives as much to either sign, a stroke more to its own.
  fileprivate func skew(radius: Int) -> Int {
    var sums = [Int](repeating: 0, count: (height + 1) * (width + 1))
    for row in 0..<height {
      var line = 0
      for column in 0..<width {
        line += Int(self[row, column])
        sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + line
      }
    }
    var cubes = 0
    var sizes = 0
    for row in 0..<height {
      let (top, bottom) = (max(0, row - radius), min(height, row + radius + 1))
      for column in 0..<width {
        let (left, right) = (max(0, column - radius), min(width, column + radius + 1))
        let sum =
          sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right]
          - sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left]
        // Sixteenths of a level.
        let difference = 16 * Int(self[row, column]) - 16 * sum / ((bottom - top) * (right - left))
        cubes += difference * difference * difference
        sizes += abs(difference * difference * difference)
      }
    }
    return sizes == 0 ? 0 : 1000 * cubes / sizes
  }
}
