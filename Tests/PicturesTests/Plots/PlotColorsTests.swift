import Foundation
import Images
import Pictures
import Testing

@Suite struct PlotColorsTests {
  /// Linear light → linear light as it looks to someone without one kind of cones, at severity 1
  /// (Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision
  /// Deficiency", IEEE TVCG 15 (2009), supplementary tables).
  private static let visions: [(name: String, matrix: [[Double]])] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    ),
    (
      "deuteranopia",
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    ),
    (
      "tritanopia",
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    ),
  ]

  /// The difference that half of all readers notice between marks that take a third of a degree, as
  /// 8 points do from half a metre, in the direction of CIE Lab where it is largest, b:
  /// ½ (10.70 + 5.74 / s) for s degrees (Stone, Szafir, Setlur, "An Engineering Model for Color
  /// Difference as a Function of Size", Color and Imaging Conference 2014).
  private static let noticeable = 0.5 * (10.70 + 5.74 * 3)

  @Test func `series are told apart with every kind of color blindness`() {
    for (name, matrix) in Self.visions {
      let colors = PlotColors.series.map { lab(seen(light($0), matrix)) }
      for first in colors.indices {
        for second in colors.indices where first < second {
          let distance = zip(colors[first], colors[second]).map { ($0 - $1) * ($0 - $1) }
            .reduce(0, +).squareRoot()
          #expect(distance >= Self.noticeable, "\(name): colors \(first) and \(second)")
        }
      }
    }
  }

  /// 3 : 1 is what graphics need that are understood by their color (WCAG 2.2, criterion 1.4.11),
  /// 4.5 : 1 what words need (1.4.3).
  @Test func `series and words stand out from white`() {
    for (index, color) in PlotColors.series.enumerated() {
      #expect(contrastToWhite(color) >= 3, "color \(index)")
    }
    for color in Set(plotTextColors().map { [$0.red, $0.green, $0.blue] }) {
      #expect(contrastToWhite(RGB(red: color[0], green: color[1], blue: color[2])) >= 4.5)
    }
  }

  private func plotTextColors() -> [RGB] {
    let plot = Plot(
      title: "title", horizontal: Axis("x"), vertical: Axis("y"),
      series: [Series("name", [Series.Point(1, 2)])])
    return Figure(title: "figure", plots: [plot]).drawing().marks.compactMap { mark in
      guard case .text(_, _, _, let color, _, _) = mark else { return nil }
      return color
    }
  }

  @Test func `numbers past the last color begin again`() {
    let count = PlotColors.series.count
    for number in -20...20 {
      #expect(PlotColors.series(number) == PlotColors.series(number + count))
    }
    #expect((0..<count).map(PlotColors.series) == PlotColors.series)
  }

  @Test func `the sequential palette brightens evenly for every reader`() {
    let colors = (0...100).map { PlotColors.sequential(Double($0) / 100) }
    for (name, matrix) in Self.visions {
      let lightness = colors.map { lab(seen(light($0), matrix))[0] }
      // A hundredth of the way is at least half of what it would be if all were even: the curve of
      // CIE Lab is not that of OKLab, and bytes are rounded.
      let even = (lightness[100] - lightness[0]) / 100
      for (low, high) in zip(lightness, lightness.dropFirst()) {
        #expect(high - low > 0.25 * even, "\(name)")
      }
      #expect(lightness[0] < 20 && lightness[100] > 85, "\(name)")
    }
  }

  @Test func `shares past the ends have the colors of the ends`() {
    #expect(PlotColors.sequential(-5) == PlotColors.sequential(0))
    #expect(PlotColors.sequential(7) == PlotColors.sequential(1))
  }

  @Test func `the formula for Lab is right`() {
    // sRGB red has L 53.24, a 80.09, b 67.20 under D65 (Lindbloom's calculator, two decimals).
    let red = lab(light(RGB(red: 255, green: 0, blue: 0)))
    for (value, known) in zip(red, [53.24, 80.09, 67.20]) { #expect(abs(value - known) < 0.006) }
    let white = lab(light(RGB(gray: 255)))
    for (value, known) in zip(white, [100.0, 0, 0]) { #expect(abs(value - known) < 0.006) }
  }
}

/// The linear light of a color (IEC 61966-2-1).
private func light(_ color: RGB) -> [Double] {
  [color.red, color.green, color.blue].map { channel in
    let value = Double(channel) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
}

private func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
  matrix.map { row in zip(row, vector).map(*).reduce(0, +) }
}

/// Light as it looks through a matrix, no darker than none and no lighter than all.
private func seen(_ light: [Double], _ matrix: [[Double]]) -> [Double] {
  product(matrix, light).map { min(max($0, 0), 1) }
}

/// CIE Lab under D65 of linear light (CIE 15:2004; the matrix of sRGB).
private func lab(_ light: [Double]) -> [Double] {
  let matrix = [
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
  ]
  let xyz = zip(product(matrix, light), [0.95047, 1, 1.08883]).map { $0 / $1 }
  let f = xyz.map { $0 > 216 / 24389.0 ? cbrt($0) : (24389 / 27.0 * $0 + 16) / 116 }
  return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
}

private func contrastToWhite(_ color: RGB) -> Double {
  let luminance = zip([0.2126, 0.7152, 0.0722], light(color)).map(*).reduce(0, +)
  return 1.05 / (luminance + 0.05)
}
