import Images

/// The largest box of a digit in an image: 20/28 of its sides.
func digitBox(of frame: ImageSize) -> ImageSize {
  func twentyOf28(_ side: Int) -> Int { max(1, (20 * side + 14) / 28) }
  return ImageSize(height: twentyOf28(frame.height), width: twentyOf28(frame.width))
}

extension ImageSize {
  /// The largest size of the same proportions, rounded, that fits into `box`.
  func fitted(into box: ImageSize) -> ImageSize {
    if height * box.width >= width * box.height {
      let fitted = (2 * width * box.height + height) / (2 * height)
      return ImageSize(height: box.height, width: max(1, fitted))
    }
    let fitted = (2 * height * box.width + width) / (2 * width)
    return ImageSize(height: max(1, fitted), width: box.width)
  }
}

extension GrayImage {
  /// The picture with at most 1024 rows and columns: averages of squares of pixels. A few rows and
  /// columns at the right and the bottom that fill no square are left out.
  func reducedForAnalysis() -> GrayImage {
    let factor = (max(height, width) + 1023) / 1024
    guard factor > 1, height >= factor, width >= factor else { return self }
    let reduced = ImageSize(height: height / factor, width: width / factor)
    let area = factor * factor
    let source = pixels
    var result: [UInt8] = []
    result.reserveCapacity(reduced.pixelCount)
    var sums = [Int](repeating: 0, count: reduced.width)
    for row in 0..<reduced.height {
      for column in sums.indices { sums[column] = 0 }
      for line in row * factor..<(row + 1) * factor {
        var index = line * width
        for column in sums.indices {
          for _ in 0..<factor {
            sums[column] += Int(source[index])
            index += 1
          }
        }
      }
      for sum in sums { result.append(UInt8((2 * sum + area) / (2 * area))) }
    }
    return GrayImage(size: reduced, pixels: result, name: name)
  }

  var inverted: GrayImage { withPixels(pixels.map { 255 - $0 }) }

  /// The rows and columns from the first to the last that are not all 0; there must be one.
  var boundingBox: (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    let pixels = self.pixels
    let rows = (0..<height).filter { row in
      pixels[row * width..<(row + 1) * width].contains { $0 > 0 }
    }
    let columns = (0..<width).filter { column in rows.contains { pixels[$0 * width + column] > 0 } }
    return ((rows.first ?? 0)...(rows.last ?? 0), (columns.first ?? 0)...(columns.last ?? 0))
  }

  func cropped(to box: (rows: ClosedRange<Int>, columns: ClosedRange<Int>)) -> GrayImage {
    let pixels = box.rows.flatMap { row in
      self.pixels[row * width + box.columns.lowerBound...row * width + box.columns.upperBound]
    }
    return GrayImage(
      size: ImageSize(height: box.rows.count, width: box.columns.count), pixels: pixels, name: name)
  }

  /// The picture with its strongest pixel at 255.
  func stretched() -> GrayImage {
    let strongest = max(1, Int(pixels.max() ?? 0))
    return withPixels(pixels.map { UInt8((2 * 255 * Int($0) + strongest) / (2 * strongest)) })
  }

  /// The picture with strokes of a thin pen made as wide as thin ones of MNIST, 1.6 pixels where the
  /// digit has 20: scaling would make them pale and uneven. Strokes of 0.8 pixels and more, and
  /// pictures that are not larger than the digit will be, are left.
  func thickened() -> GrayImage {
    let longer = max(height, width)
    guard longer > 20 else { return self }
    var area = 0
    var perimeter = 0
    let isInk = pixels.map { $0 > 100 }
    for row in 0..<height {
      for column in 0..<width where isInk[row * width + column] {
        area += 1
        let index = row * width + column
        if row == 0 || !isInk[index - width] { perimeter += 1 }
        if row == height - 1 || !isInk[index + width] { perimeter += 1 }
        if column == 0 || !isInk[index - 1] { perimeter += 1 }
        if column == width - 1 || !isInk[index + 1] { perimeter += 1 }
      }
    }
    // A long stroke is two times its area by its perimeter wide.
    guard 2 * area * 25 < longer * perimeter else { return self }
    // Half of 1.6 / 20 of the size less the width, rounded.
    let radius = (2 * longer * perimeter - 50 * area + 25 * perimeter) / (50 * perimeter)
    return dilated(radius: radius)
  }

  /// The picture with a margin of `radius` pixels, each pixel the strongest within that distance.
  private func dilated(radius: Int) -> GrayImage {
    let size = ImageSize(height: height + 2 * radius, width: width + 2 * radius)
    var result = [UInt8](repeating: 0, count: size.pixelCount)
    for (index, pixel) in pixels.enumerated() where pixel > 0 {
      let (row, column) = (index / width + radius, index % width + radius)
      for down in -radius...radius {
        for right in -radius...radius {
          // A disc, with its corners rounded outwards.
          guard 2 * (down * down + right * right) <= (2 * radius + 1) * radius else { continue }
          let place = (row + down) * size.width + column + right
          result[place] = max(result[place], pixel)
        }
      }
    }
    return GrayImage(size: size, pixels: result, name: name)
  }

  private func withPixels(_ pixels: [UInt8]) -> GrayImage {
    GrayImage(size: size, pixels: pixels, name: name)
  }

  /// The sum of all pixels, and the sums weighted by row and by column.
  var centreOfMass: (mass: Int, rowMoment: Int, columnMoment: Int) {
    var (mass, rowMoment, columnMoment) = (0, 0, 0)
    for (index, pixel) in pixels.enumerated() {
      mass += Int(pixel)
      rowMoment += Int(pixel) * (index / width)
      columnMoment += Int(pixel) * (index % width)
    }
    return (mass, rowMoment, columnMoment)
  }

  /// There must be a pixel that is not 0.
  func placedByCentreOfMass(in frame: ImageSize) -> GrayImage {
    let (mass, rowMoment, columnMoment) = centreOfMass
    let top = offset(of: height, moment: rowMoment, mass: mass, in: frame.height)
    let left = offset(of: width, moment: columnMoment, mass: mass, in: frame.width)

    var placed = [UInt8](repeating: 0, count: frame.height * frame.width)
    for row in 0..<height {
      let start = (top + row) * frame.width + left
      placed.replaceSubrange(start..<start + width, with: pixels[row * width..<(row + 1) * width])
    }
    return GrayImage(size: frame, pixels: placed, name: name)
  }
}

/// Where a side begins in its frame so that its centre of mass, moment / mass, comes nearest to pixel
/// frame / 2 without the side leaving the frame.
private func offset(of side: Int, moment: Int, mass: Int, in frame: Int) -> Int {
  // frame / 2 − moment / mass, rounded half up
  let numerator = 2 * (frame / 2) * mass - 2 * moment + mass
  let nearest = numerator >= 0 ? numerator / (2 * mass) : 0
  return min(nearest, frame - side)
}
