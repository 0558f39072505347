import Foundation
import Images
import Pictures
import Testing

@Suite struct SignedPaletteTests {
  private static let limits: [Float] = [
    .leastNonzeroMagnitude, 1e-30, 0.37, 1, 1000, .greatestFiniteMagnitude,
  ]

  @Test(arguments: limits)
  func `a zero of either sign is neutral`(limit: Float) {
    #expect(SignedPalette.shade(of: 0, limit: limit) == 128)
    #expect(SignedPalette.shade(of: -0.0, limit: limit) == 128)
    #expect(SignedPalette.gray.color(of: 0, limit: limit) == RGB(gray: 128))
    #expect(SignedPalette.signed.color(of: 0, limit: limit) == RGB(gray: 255))
    #expect(SignedPalette.signed.color(of: -0.0, limit: limit) == RGB(gray: 255))
  }

  @Test(arguments: limits)
  func `gray shades of opposite values mirror each other around mid gray`(limit: Float) {
    for step in 0...1000 {
      let value = limit * (Float(step) / 1000)
      let (light, dark) = (
        SignedPalette.shade(of: value, limit: limit), SignedPalette.shade(of: -value, limit: limit)
      )
      #expect(Int(light) - 128 == 128 - Int(dark), "at \(value)")
    }
  }

  @Test func `gray rises from all but black to white without a leap`() {
    let shades = (-1000...1000).map { SignedPalette.shade(of: Float($0) / 1000, limit: 1) }
    #expect(shades.first == 1)
    #expect(shades.last == 255)
    #expect(zip(shades, shades.dropFirst()).allSatisfy { $1 == $0 || $1 == $0 + 1 })
  }

  @Test func `values beyond the limit look like the limit`() {
    for palette in SignedPalette.allCases {
      for value: Float in [1.0001, 2, 1e30, .greatestFiniteMagnitude] {
        #expect(palette.color(of: value, limit: 1) == palette.color(of: 1, limit: 1))
        #expect(palette.color(of: -value, limit: 1) == palette.color(of: -1, limit: 1))
      }
      // The quotient overflows to infinity here, which is still only clipped.
      #expect(
        palette.color(of: 1e30, limit: .leastNonzeroMagnitude) == palette.color(of: 1, limit: 1))
    }
  }

  @Test func `positive values are red and negative ones blue`() {
    for step in 10...127 {
      let positive = SignedPalette.signed.color(of: Float(step), limit: 127)
      let negative = SignedPalette.signed.color(of: -Float(step), limit: 127)
      #expect(positive.red > positive.green && positive.red > positive.blue, "at \(step)")
      #expect(negative.blue > negative.red && negative.blue > negative.green, "at \(step)")
    }
  }

  @Test func `opposite colors are equally light`() {
    for step in 0...127 {
      let positive = lightness(SignedPalette.signed.color(of: Float(step), limit: 127))
      let negative = lightness(SignedPalette.signed.color(of: -Float(step), limit: 127))
      // Both ramps are straight between nine stops, in sRGB: a hundredth is what that costs.
      #expect(abs(positive - negative) < 0.01, "at \(step)")
    }
  }

  @Test func `colors darken evenly away from zero`() {
    for sign: Float in [-1, 1] {
      let ramp = (0...127).map {
        lightness(SignedPalette.signed.color(of: sign * Float($0), limit: 127))
      }
      #expect(zip(ramp, ramp.dropFirst()).allSatisfy { $1 < $0 })
      for (step, value) in ramp.enumerated() {
        let even = 1 + (ramp[127] - 1) * Double(step) / 127
        #expect(abs(value - even) < 0.01, "at \(step)")
      }
    }
  }

  @Test(arguments: SignedPalette.allCases)
  func `only values that are not finite are black`(palette: SignedPalette) {
    for value: Float in [.nan, .signalingNaN, .infinity, -.infinity] {
      #expect(palette.color(of: value, limit: 1) == RGB(gray: 0))
      #expect(palette.color(of: value, limit: 0) == RGB(gray: 0))
      #expect(SignedPalette.shade(of: value, limit: 1) == 0)
    }
    for step in -200...200 {
      #expect(palette.color(of: Float(step) / 127, limit: 1) != RGB(gray: 0))
    }
  }

  @Test(arguments: SignedPalette.allCases)
  func `a limit of 0 makes every finite value neutral`(palette: SignedPalette) {
    let neutral = palette.color(of: 0, limit: 1)
    for value: Float in [-1, -0.0, 0, .leastNonzeroMagnitude, 1] {
      #expect(palette.color(of: value, limit: 0) == neutral)
    }
  }

  @Test func `the palettes have the names of the command line`() {
    #expect(SignedPalette.allCases.map(\.rawValue) == ["gray", "signed"])
  }
}

/// The OKLab lightness of a color, 0 … 1 (Ottosson, "A perceptual color space for image
/// processing", 2020).
private func lightness(_ color: RGB) -> Double {
  func linear(_ channel: UInt8) -> Double {
    let value = Double(channel) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
  let (red, green, blue) = (linear(color.red), linear(color.green), linear(color.blue))
  let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  let middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
}
