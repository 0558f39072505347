import Files
import Images

extension GrayImage {
  /// Whether the picture shows dark ink on light paper, as scans do and MNIST does not.
  ///
  /// The paper is the median of the border. Ink is dark if the darkest pixel is farther from the
  /// paper than the lightest one, so a photograph on gray paper is recognized, too.
  public var isDarkOnLight: Bool { Contrast(of: self).isDarkOnLight }

  /// The digit in the picture as MNIST would show it: light on dark, with its longer side 20 pixels
  /// of 28, and its centre of mass in the middle.
  ///
  /// The picture is inverted if it is dark on light, the paper's brightness is taken off, and noise
  /// up to a sixteenth of the strongest ink removed. The box around the rest is scaled, keeping its
  /// proportions. Then the strongest ink becomes 255, so that thin strokes, which scaling makes pale,
  /// are as strong as MNIST's. Last it is placed by whole pixels with its centre of mass on pixel
  /// 14 of 0 … 27, where MNIST's own digits have it; a lopsided one stays inside the picture
  /// although it then is not quite there.
  ///
  /// A digit of MNIST comes out nearly, not exactly, as it was: where a picture has the model's
  /// size and is not dark on light, take it as it is.
  ///
  /// - Parameter frame: the size of the result; the digit gets 20/28 of its rows and columns.
  /// - Throws: `wrongData` where there is no ink, that is no contrast of at least 32 of 255, or
  ///   nothing is left of it at the smaller size.
  /// - Returns: a picture of that size, light on dark.
  ///
  /// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
  /// recognition", Proc. IEEE 86 (1998), section III.A. The pixel of the centre of mass is not
  /// in it; it is the one that gives MNIST's images back.
  public func normalizedAsDigit(
    in frame: ImageSize = ImageSize(height: 28, width: 28)
  ) throws(FileProblem) -> GrayImage {
    let ink = try ink()
    let box = ImageSize(height: twentyOf28(frame.height), width: twentyOf28(frame.width))
    let cropped = ink.cropped(to: ink.boundingBox).stretched()
    let digit = cropped.resized(to: cropped.size.fitted(into: box))
    guard digit.pixels.contains(where: { $0 > 0 }) else {
      throw FileProblem(
        .wrongData, file: name, expected: "strokes that are seen at \(frame)",
        found: "specks in a picture of \(size)", hint: "use a thicker pen or a smaller picture")
    }
    return digit.stretched().placedByCentreOfMass(in: frame)
  }
}

/// The least difference between paper and ink, an eighth of the range.
private let leastContrast = 32

/// The share of the strongest ink up to which a pixel is noise.
private let noiseShare = 16

private func twentyOf28(_ side: Int) -> Int {
  max(1, (20 * side + 14) / 28)
}

/// How ink stands out from paper.
private struct Contrast {
  let paper: Int
  let isDarkOnLight: Bool
  /// The largest difference between a pixel of ink and the paper.
  let strongest: Int

  init(of picture: GrayImage) {
    paper = picture.medianOfBorder
    let darker = paper - Int(picture.pixels.min() ?? 0)
    let lighter = Int(picture.pixels.max() ?? 0) - paper
    isDarkOnLight = darker == lighter ? paper >= 128 : darker > lighter
    strongest = max(darker, lighter)
  }

  /// The difference from the paper in the direction of ink, 0 for noise.
  func ink(_ pixel: UInt8) -> UInt8 {
    let difference = isDarkOnLight ? paper - Int(pixel) : Int(pixel) - paper
    return difference * noiseShare <= strongest ? 0 : UInt8(difference)
  }
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

extension GrayImage {
  fileprivate var medianOfBorder: Int {
    let rows = pixels[..<width] + pixels[(pixels.count - width)...]
    let columns = (0..<height).flatMap { [pixels[$0 * width], pixels[($0 + 1) * width - 1]] }
    let border = (rows + columns).sorted()
    return Int(border[border.count / 2])
  }

  private func ink() throws(FileProblem) -> GrayImage {
    let contrast = Contrast(of: self)
    guard contrast.strongest >= leastContrast else {
      throw FileProblem(
        .wrongData, file: name,
        expected: "a digit with a contrast of at least \(leastContrast) of 255",
        found: "a picture of \(size) with a contrast of \(contrast.strongest)",
        hint: "draw dark on light or light on dark; transparent parts count as white")
    }
    return withPixels(pixels.map(contrast.ink))
  }

  /// The rows and columns from the first to the last that are not all 0; there must be one.
  private var boundingBox: (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    let rows = (0..<height).filter { row in
      pixels[row * width..<(row + 1) * width].contains { $0 > 0 }
    }
    let columns = (0..<width).filter { column in rows.contains { pixels[$0 * width + column] > 0 } }
    return ((rows.first ?? 0)...(rows.last ?? 0), (columns.first ?? 0)...(columns.last ?? 0))
  }

  private func cropped(
    to box: (rows: ClosedRange<Int>, columns: ClosedRange<Int>)
  ) -> GrayImage {
    let pixels = box.rows.flatMap { row in
      self.pixels[row * width + box.columns.lowerBound...row * width + box.columns.upperBound]
    }
    return GrayImage(
      size: ImageSize(height: box.rows.count, width: box.columns.count), pixels: pixels, name: name)
  }

  /// The picture with its strongest pixel at 255.
  private func stretched() -> GrayImage {
    let strongest = max(1, Int(pixels.max() ?? 0))
    return withPixels(pixels.map { UInt8((2 * 255 * Int($0) + strongest) / (2 * strongest)) })
  }

  private func withPixels(_ pixels: [UInt8]) -> GrayImage {
    GrayImage(size: size, pixels: pixels, name: name)
  }

  /// There must be a pixel that is not 0.
  private func placedByCentreOfMass(in frame: ImageSize) -> GrayImage {
    var mass = 0
    var rowMoment = 0
    var columnMoment = 0
    for (index, pixel) in pixels.enumerated() {
      mass += Int(pixel)
      rowMoment += Int(pixel) * (index / width)
      columnMoment += Int(pixel) * (index % width)
    }
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
