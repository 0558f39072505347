import Foundation
import Images

/// The colors of plots.
package enum PlotColors {
  static let ink = RGB(gray: 34)
  static let faint = RGB(gray: 96)
  static let grid = RGB(gray: 226)
  static let border = RGB(gray: 150)

  /// Colors that are told apart with every common kind of color blindness and stand out from white:
  /// four of Okabe and Ito, "Color Universal Design" (2008), a violet and a brown in place of their
  /// light ones, whose contrast to white is below 3 : 1, and gray for black.
  package static let series = [
    RGB(red: 0, green: 114, blue: 178), RGB(red: 213, green: 94, blue: 0),
    RGB(red: 0, green: 158, blue: 115), RGB(red: 204, green: 121, blue: 167),
    RGB(red: 128, green: 48, blue: 208), RGB(red: 112, green: 64, blue: 16), RGB(gray: 80),
  ]

  /// The color of a series by its number; numbers past the last begin again.
  package static func series(_ number: Int) -> RGB {
    series[((number % series.count) + series.count) % series.count]
  }

  /// From dark blue by gray to light yellow, lightness and the blue-yellow hue both rising evenly,
  /// so that it reads the same without red and green.
  ///
  /// - Parameter share: 0…1.
  /// - Returns: the color; shares outside of 0…1 have that of the nearer end.
  package static func sequential(_ share: Double) -> RGB {
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
  /// The values that the palette's ends stand for, apart also where all values are the same.
  var limits: ClosedRange<Double> {
    if let range { return range }
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      return AxisTicks.extent(palette == .signed ? [-1, 1] : [0, 1], .linear)
    }
    let limit = max(abs(low), abs(high))
    return AxisTicks.extent(palette == .signed ? [-limit, limit] : [low, high], .linear)
  }

  /// The color of a value; gray for one that is not finite.
  func color(of value: Double, limits: ClosedRange<Double>) -> RGB {
    guard value.isFinite else { return RGB(gray: 128) }
    // Halves, as the difference of two numbers may be none.
    let half = limits.upperBound / 2 - limits.lowerBound / 2
    let share = (value / 2 - limits.lowerBound / 2) / half
    return switch palette {
    case .sequential: PlotColors.sequential(share)
    case .signed: SignedPalette.signed.color(of: Float(2 * share - 1), limit: 1)
    }
  }

  /// The color of a contour line, which stands out from the cells on both of its sides.
  func contourColor(of level: Double) -> RGB {
    let limits = limits
    let half = limits.upperBound / 2 - limits.lowerBound / 2
    let share = (level / 2 - limits.lowerBound / 2) / half
    return switch palette {
    case .sequential: PlotColors.sequential(share + (share < 0.5 ? 0.3 : -0.3))
    case .signed: PlotColors.faint
    }
  }

  /// The cells as pixels, the highest row of the plot at the top.
  var cells: ColorImage {
    let limits = limits
    let pixels = (0..<rows).reversed().flatMap { row in
      (0..<columns).map { color(of: values[row * columns + $0], limits: limits) }
    }
    return ColorImage(size: ImageSize(height: rows, width: columns), pixels: pixels)
  }
}
