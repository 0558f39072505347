import Images

/// How a signed value becomes a shade: zero is neutral, and values of opposite sign differ from it
/// equally.
///
/// A value is divided by the limit, clipped to −1…1 and rounded to one of the levels −127…127.
/// A value that is not finite is black, which no finite value becomes.
public enum SignedPalette: String, CaseIterable, Sendable {
  /// Shades of gray: zero is mid-gray (128), the limit white (255), minus the limit all but
  /// black (1).
  case gray
  /// Colors: zero is white, the limit red, minus the limit blue.
  ///
  /// Blue and red are told apart with every common kind of color blindness, and at equal
  /// magnitude they are equally light.
  case signed
}

extension SignedPalette {
  /// The shade of a value in the palette `gray`.
  ///
  /// - Parameters:
  ///   - value: any value, also NaN and the infinities: they are black (0).
  ///   - limit: the magnitude from which on a value is clipped, finite and ≥ 0. A limit of 0 makes
  ///     every finite value mid-gray.
  /// - Returns: 1…255, with 128 for zero; 0 for a value that is not finite.
  public static func shade(of value: Float, limit: Float) -> UInt8 {
    guard let level = level(of: value, limit: limit) else { return 0 }
    return UInt8(128 + level)
  }

  /// The color of a value in this palette.
  ///
  /// - Parameters:
  ///   - value: any value, also NaN and the infinities: they are black.
  ///   - limit: the magnitude from which on a value is clipped, finite and ≥ 0. A limit of 0 makes
  ///     every finite value the color of zero.
  /// - Returns: the color of the value, clipped to the limit.
  public func color(of value: Float, limit: Float) -> RGB {
    switch self {
    case .gray:
      return RGB(gray: SignedPalette.shade(of: value, limit: limit))
    case .signed:
      guard let level = level(of: value, limit: limit) else { return RGB(gray: 0) }
      return interpolate(level < 0 ? blues : reds, at: abs(level))
    }
  }
}

/// The highest level; −127…127 around 128 are the only shades of a byte that mirror each other.
private let highestLevel = 127

/// The level of a value, −127…127, or nil for one that is not finite.
private func level(of value: Float, limit: Float) -> Int? {
  precondition(limit.isFinite && limit >= 0, "the limit of a palette is finite and not negative")
  guard value.isFinite else { return nil }
  guard limit > 0 else { return 0 }
  // Rounding away from zero at the half treats both signs alike.
  let scaled = min(max(value / limit, -1), 1) * Float(highestLevel)
  return Int(scaled.rounded())
}

// White to red and white to blue at equal steps of OKLab lightness from 1 to 0.42 (Ottosson, "A
// perceptual color space for image processing", 2020), the chroma rising to 0.17 or to the border
// of sRGB, the hue turning from 40° to 25° and from 235° to 258°.
private let reds = [
  RGB(red: 255, green: 255, blue: 255),
  RGB(red: 255, green: 223, blue: 213),
  RGB(red: 252, green: 191, blue: 174),
  RGB(red: 244, green: 159, blue: 138),
  RGB(red: 232, green: 128, blue: 107),
  RGB(red: 216, green: 97, blue: 79),
  RGB(red: 197, green: 68, blue: 56),
  RGB(red: 173, green: 40, blue: 37),
  RGB(red: 148, green: 0, blue: 21),
]
private let blues = [
  RGB(red: 255, green: 255, blue: 255),
  RGB(red: 208, green: 235, blue: 254),
  RGB(red: 164, green: 214, blue: 252),
  RGB(red: 122, green: 192, blue: 247),
  RGB(red: 83, green: 168, blue: 240),
  RGB(red: 47, green: 144, blue: 228),
  RGB(red: 12, green: 119, blue: 211),
  RGB(red: 0, green: 95, blue: 186),
  RGB(red: 0, green: 72, blue: 159),
]

/// The color between two stops of a ramp, for a level of 0…127 over its whole length.
private func interpolate(_ ramp: [RGB], at level: Int) -> RGB {
  let (stop, rest) = (level * (ramp.count - 1)).quotientAndRemainder(dividingBy: highestLevel)
  guard rest > 0 else { return ramp[stop] }
  let (near, far) = (ramp[stop], ramp[stop + 1])
  func mix(_ near: UInt8, _ far: UInt8) -> UInt8 {
    UInt8((Int(near) * (highestLevel - rest) + Int(far) * rest + highestLevel / 2) / highestLevel)
  }
  return RGB(
    red: mix(near.red, far.red), green: mix(near.green, far.green),
    blue: mix(near.blue, far.blue))
}
