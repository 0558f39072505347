import Images

/// How much darker than its paper each pixel of a picture is.
struct InkResidual {
  /// The number of units per level of gray: values are sums over squares of pixels.
  let unit: Int
  let size: ImageSize
  private let name: String
  /// The difference from the paper, smoothed, about 0 on paper.
  private(set) var smoothed: IntegerGrid
  /// The difference from the paper pixel by pixel, of 255 where the paper gives 255: ink takes the
  /// same share of the light in the shade.
  private let ink: [UInt8]
  /// The standard deviation of `smoothed` on the paper.
  let noise: Int

  /// The residual of dark ink.
  init(of picture: GrayImage) {
    size = picture.size
    name = picture.name
    let longer = max(size.height, size.width)
    // A square of a hundredth of the picture averages grain and is narrower than strokes.
    let radius = longer / 400
    unit = (2 * radius + 1) * (2 * radius + 1)
    let unit = Int32(unit)
    let levels = IntegerGrid(
      height: size.height, width: size.width, values: picture.pixels.map { Int32($0) })
    let brightness = levels.boxSums(radius: radius)
    // Strokes are narrower than three tenths of the picture.
    let paper = brightness.paper(
      radius: max(1, 3 * longer / 20), strongContrast: Int32(strongContrast) * unit)

    var residual = zip(paper.values, brightness.values).map { $0 - $1 }
    // The closing follows the lightest grain. Paper, which is at least a third of a picture, is on
    // average a little darker: its noise and its mean follow from two low quantiles, at −1.645 and
    // −0.674 standard deviations.
    let (low, middle) = quantiles(residual, 5, 25)
    noise = (Int(middle - low) * 100 + 48) / 97
    let bias = middle + Int32(noise * 674 / 1000)
    for index in residual.indices { residual[index] -= bias }
    smoothed = IntegerGrid(height: size.height, width: size.width, values: residual)
    ink = zip(paper.values, levels.values).map { paper, level in
      let paper = max(paper - bias, unit)
      return UInt8(min(max((255 * (paper - level * unit) + paper / 2) / paper, 0), 255))
    }
  }

  /// The largest smoothed value.
  var strongest: Int { Int(smoothed.values.max() ?? 0) }

  /// What ink reaches somewhere and grain nowhere: ten times the noise. In a small picture the
  /// closing by a small square lies nearer to the grain, and the noise is found half as large.
  var leastStrength: Int { (max(size.height, size.width) <= 64 ? 20 : 10) * noise }

  /// Takes ruled lines off, along and across: both are looked for in the whole residual.
  mutating func removeRulings() {
    let threshold = Int32(max(8 * unit, 3 * noise))
    let along = smoothed.clearedOfRulings(threshold: threshold, noise: Int32(noise))
    let across = smoothed.transposed().clearedOfRulings(threshold: threshold, noise: Int32(noise))
    let values = zip(along.values, across.transposed().values).map { min($0, $1) }
    smoothed = IntegerGrid(height: size.height, width: size.width, values: values)
  }

  /// The connected parts that stand out from noise.
  func parts() -> ConnectedParts {
    ConnectedParts(of: smoothed, above: Int32(max(8 * unit, 5 * noise)))
  }

  /// The ink of some parts, 0 elsewhere: where paper has noise, what is weaker than a sixth of the
  /// strongest ink is the blurred edge of strokes or paper; otherwise a sixteenth.
  func image(of kept: KeptParts) -> GrayImage {
    let share: Int32 = 2 * noise < unit ? 16 : 6
    let strongest = kept.strongest
    let pixels = ink.indices.map { index in
      kept.contains(pixel: index) && smoothed.values[index] * share > strongest ? ink[index] : 0
    }
    return GrayImage(size: size, pixels: pixels, name: name)
  }
}

/// The values below which so many per cent of all lie.
private func quantiles(_ values: [Int32], _ first: Int, _ second: Int) -> (Int32, Int32) {
  var counts = [Int](repeating: 0, count: Int(values.max() ?? 0) + 1)
  for value in values { counts[Int(max(0, value))] += 1 }
  func quantile(_ percent: Int) -> Int32 {
    var below = 0
    for (value, count) in counts.enumerated() {
      below += count
      if below * 100 > values.count * percent { return Int32(value) }
    }
    return 0
  }
  return (quantile(first), quantile(second))
}
