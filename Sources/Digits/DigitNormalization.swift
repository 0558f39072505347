import Files

extension GrayPicture {
  /// Whether the picture shows dark ink on light paper, as scans do and MNIST does not.
  ///
  /// The paper is the median of the border. Ink is dark if the darkest pixel is farther from the
  /// paper than the lightest one, so a photograph on gray paper is recognized, too.
  public var isDarkOnLight: Bool {
    let paper = medianOfBorder
    let darker = paper - Int(pixels.min() ?? 0)
    let lighter = Int(pixels.max() ?? 0) - paper
    return darker == lighter ? paper >= 128 : darker > lighter
  }

  /// The digit in the picture as MNIST would show it: light on dark, with its longer side 20 pixels
  /// of 28, and its centre of mass in the middle.
  ///
  /// The picture is inverted if it is dark on light, the paper's brightness is taken off, and noise
  /// below a sixteenth of the strongest ink removed. The box around the rest is scaled, keeping its
  /// proportions, and moved by whole pixels; a lopsided digit stays inside the picture although
  /// its centre of mass then is not quite in the middle. Last, the strongest ink becomes 255, so that thin
  /// strokes, which scaling makes pale, are as strong as MNIST's.
  ///
  /// A picture that is already in MNIST's form comes out nearly, not exactly, as it was: where one
  /// has the model's size and is not dark on light, take it as it is.
  ///
  /// - Parameters:
  ///   - height: the rows of the result; the box has 20/28 of them.
  ///   - width: the columns of the result.
  /// - Throws: `wrongData` where there is no ink, that is no contrast of at least 32 of 255.
  /// - Returns: a picture of `height` × `width`, light on dark.
  ///
  /// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
  /// recognition", Proc. IEEE 86 (1998), section III.A.
  public func normalizedAsDigit(
    height: Int = 28, width: Int = 28
  ) throws(FileProblem) -> GrayPicture {
    let ink = try ink()
    let digit = ink.cropped(to: ink.boundingBox)
    let box = ImageSize(height: twentyOf28(height), width: twentyOf28(width))
    return digit.resized(to: digit.size.fitted(into: box))
      .stretched()
      .placedByCentreOfMass(in: ImageSize(height: height, width: width))
  }
}

/// The least difference between paper and ink, an eighth of the range.
private let leastContrast = 32

/// The share of the strongest ink up to which a pixel is noise.
private let noiseShare = 16

private func twentyOf28(_ side: Int) -> Int {
  max(1, (20 * side + 14) / 28)
}

extension ImageSize {
  /// The largest size of the same proportions, rounded, that fits into `box`.
  fileprivate func fitted(into box: ImageSize) -> ImageSize {
    if height * box.width >= width * box.height {
      let fitted = (2 * width * box.height + height) / (2 * height)
      return ImageSize(height: box.height, width: max(1, fitted))
    }
    let fitted = (2 * height * box.width + width) / (2 * width)
    return ImageSize(height: max(1, fitted), width: box.width)
  }
}

extension GrayPicture {
  private var medianOfBorder: Int {
    let rows = pixels[..<width] + pixels[(pixels.count - width)...]
    let columns = (0..<height).flatMap { [pixels[$0 * width], pixels[($0 + 1) * width - 1]] }
    let border = (rows + columns).sorted()
    return Int(border[border.count / 2])
  }

  /// How much darker, or lighter, than the paper each pixel is.
  private func ink() throws(FileProblem) -> GrayPicture {
    let paper = medianOfBorder
    let sign = isDarkOnLight ? -1 : 1
    let contrasts = pixels.map { max(0, sign * (Int($0) - paper)) }
    let strongest = contrasts.max() ?? 0
    guard strongest >= leastContrast else {
      throw FileProblem(
        .wrongData, file: name,
        expected: "a digit with a contrast of at least \(leastContrast) of 255",
        found: "a picture of \(size) with a contrast of \(strongest)",
        hint: "use a picture of dark ink on light paper or the other way round; transparent parts "
          + "count as white")
    }
    let ink = contrasts.map { $0 * noiseShare <= strongest ? 0 : UInt8($0) }
    return GrayPicture(pixels: ink, size: size, name: name)
  }

  /// The rows and columns from the first to the last that are not all 0; there must be one.
  private var boundingBox: (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    let inked = pixels.indices.filter { pixels[$0] > 0 }
    let columns = inked.map { $0 % width }
    let top = (inked.first ?? 0) / width
    let bottom = (inked.last ?? 0) / width
    return (top...bottom, (columns.min() ?? 0)...(columns.max() ?? 0))
  }

  private func cropped(
    to box: (rows: ClosedRange<Int>, columns: ClosedRange<Int>)
  ) -> GrayPicture {
    let pixels = box.rows.flatMap { row in
      self.pixels[row * width + box.columns.lowerBound...row * width + box.columns.upperBound]
    }
    return GrayPicture(
      pixels: pixels, size: ImageSize(height: box.rows.count, width: box.columns.count), name: name)
  }

  /// The picture with its strongest pixel at 255.
  private func stretched() -> GrayPicture {
    let strongest = max(1, Int(pixels.max() ?? 0))
    let stretched = pixels.map { UInt8((2 * 255 * Int($0) + strongest) / (2 * strongest)) }
    return GrayPicture(pixels: stretched, size: size, name: name)
  }

  private func placedByCentreOfMass(in frame: ImageSize) -> GrayPicture {
    var mass = 0
    var rowMoment = 0
    var columnMoment = 0
    for (index, pixel) in pixels.enumerated() {
      mass += Int(pixel)
      rowMoment += Int(pixel) * (2 * (index / width) + 1)
      columnMoment += Int(pixel) * (2 * (index % width) + 1)
    }
    let top = offset(of: height, moment: rowMoment, mass: mass, in: frame.height)
    let left = offset(of: width, moment: columnMoment, mass: mass, in: frame.width)

    var placed = [UInt8](repeating: 0, count: frame.height * frame.width)
    for row in 0..<height {
      let start = (top + row) * frame.width + left
      placed.replaceSubrange(start..<start + width, with: pixels[row * width..<(row + 1) * width])
    }
    return GrayPicture(pixels: placed, size: frame, name: name)
  }
}

/// Where a side begins in its frame so that its centre of mass, moment / (2 · mass), comes nearest to
/// the middle of the frame without the side leaving it.
private func offset(of side: Int, moment: Int, mass: Int, in frame: Int) -> Int {
  // frame / 2 − moment / (2 · mass), rounded down after half a pixel is added
  let numerator = frame * mass - moment + mass
  let denominator = max(1, 2 * mass)
  let nearest = numerator >= 0 ? numerator / denominator : 0
  return min(nearest, frame - side)
}
