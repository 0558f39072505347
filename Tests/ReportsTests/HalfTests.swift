import Reports
import TestSupport
import Testing

/// The value of a number of 16 bits by its definition in IEEE 754.
private func value(ofHalf bits: UInt16) -> Float {
  let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
  let magnitude =
    exponent == 0
    ? fraction * 0x1p-24
    : (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  return bits & 0x8000 == 0 ? magnitude : -magnitude
}

@Suite struct HalfTests {
  /// The bits of all numbers but infinities and NaNs, in ascending order of magnitude.
  private static let finite: Range<UInt16> = 0..<0x7c00

  @Test func `every number of sixteen bits keeps its bits`() {
    let wrong = Self.finite.filter { bits in
      bitsOfHalf(value(ofHalf: bits)) != bits || bitsOfHalf(-value(ofHalf: bits)) != bits | 0x8000
    }
    #expect(wrong.isEmpty)
  }

  @Test func `between two numbers the nearer is taken, in the middle the even one`() {
    let wrong = Self.finite.dropLast().filter { bits in
      let (low, high) = (value(ofHalf: bits), value(ofHalf: bits + 1))
      let middle = (low + high) / 2
      let even = bits & 1 == 0 ? bits : bits + 1
      return bitsOfHalf(middle) != even || bitsOfHalf(middle.nextDown) != bits
        || bitsOfHalf(middle.nextUp) != bits + 1
    }
    #expect(wrong.isEmpty)
  }
}
