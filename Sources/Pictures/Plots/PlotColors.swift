import Foundation

/// The colors of plots.
enum PlotColors {
  static let ink = RGB(gray: 34)
  static let faint = RGB(gray: 96)
  static let grid = RGB(gray: 226)
  static let border = RGB(gray: 150)

  /// Colors that are told apart with every common kind of color blindness: those of Okabe and Ito,
  /// "Color Universal Design" (2008), without the yellow that is lost on white, and gray for black.
  static let series = [
    RGB(red: 0, green: 114, blue: 178), RGB(red: 213, green: 94, blue: 0),
    RGB(red: 0, green: 158, blue: 115), RGB(red: 204, green: 121, blue: 167),
    RGB(red: 86, green: 180, blue: 233), RGB(red: 230, green: 159, blue: 0), RGB(gray: 80),
  ]

  /// The color of a series by its number; numbers past the last begin again.
  static func series(_ number: Int) -> RGB {
    series[((number % series.count) + series.count) % series.count]
  }

  /// From dark blue by gray to light yellow, lightness and the blue-yellow hue both rising evenly,
  /// so that it reads the same without red and green.
  ///
  /// - Parameter share: 0…1.
  static func sequential(_ share: Double) -> RGB {
    let t = min(max(share, 0), 1)
    return oklab(lightness: 0.26 + 0.68 * t, a: -0.005, b: -0.09 + 0.22 * t)
  }

  /// A color of the space OKLab, cut to what sRGB can show (Ottosson, "A perceptual color space for
  /// image processing", 2020).
  private static func oklab(lightness: Double, a: Double, b: Double) -> RGB {
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return RGB(
      red: byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      green: byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      blue: byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
  }

  private static func cube(_ value: Double) -> Double { value * value * value }

  /// A linear share of light as a byte of sRGB (IEC 61966-2-1).
  private static func byte(_ linear: Double) -> UInt8 {
    let light = min(max(linear, 0), 1)
    let encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
    return UInt8((encoded * 255).rounded())
  }
}

extension HeatMap {
  /// The values that the palette's ends stand for; those that are not finite have no color.
  var limits: ClosedRange<Double> {
    if let range { return range }
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    switch palette {
    case .sequential: return low < high ? low...high : low...low + 1
    case .signed:
      let limit = max(abs(low), abs(high))
      return limit > 0 ? -limit...limit : -1...1
    }
  }

  /// The color of a value.
  func color(of value: Double, limits: ClosedRange<Double>) -> RGB {
    guard value.isFinite else { return RGB(gray: 128) }
    switch palette {
    case .sequential:
      let half = limits.upperBound / 2 - limits.lowerBound / 2
      return PlotColors.sequential((value / 2 - limits.lowerBound / 2) / half)
    case .signed:
      return SignedPalette.signed.color(of: Float(value / limits.upperBound), limit: 1)
    }
  }

  /// The cells as pixels, the highest row of the plot at the top.
  var cells: ColorImage {
    let limits = limits
    let pixels = (0..<rows).reversed().flatMap { row in
      (0..<columns).map { color(of: values[row * columns + $0], limits: limits) }
    }
    return ColorImage(width: columns, height: rows, pixels: pixels)
  }
}
