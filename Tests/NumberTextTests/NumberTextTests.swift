import NumberText
import Testing

@Suite struct NumberTextTests {
  @Test func `fixed decimals are rounded, and no zero has a sign`() {
    #expect([0, 1, 2].map { fixed(1234.567, $0) } == ["1235", "1234.6", "1234.57"])
    #expect(fixed(-0.05, 2) == "-0.05" && fixed(0.004, 2) == "0.00" && fixed(-0.004, 2) == "0.00")
    #expect(fixed(.infinity, 2) == "inf" && fixed(-.nan, 2).contains("nan"))
    #expect(fixed(1e16, 0) == "1e+16" && fixed(1e14, 0) == "100000000000000")
  }

  @Test func `significant digits of small numbers need more decimals`() {
    #expect(fixed(12.345, significantDigits: 3) == "12.35")
    #expect(fixed(0.09969, significantDigits: 3) == "0.0997")
    #expect(fixed(0.0000000184, significantDigits: 3) == "0.000000018")
    #expect(fixed(0, significantDigits: 3) == "0.00")
  }

  @Test func `brief numbers end in no zero of a decimal`() {
    #expect(
      [1.5, 20, 0, -0.001, -3.25, 100.10].map { brief($0, decimals: 2) } == [
        "1.5", "20", "0", "0", "-3.25", "100.1",
      ])
    #expect(brief(1200, decimals: 0) == "1200" && brief(1e20, decimals: 2) == "1e+20")
  }

  @Test func `groups of three digits`() {
    #expect(
      [0, 7, 999, 1000, 1_234_567, -1000, -999].map(grouped) == [
        "0", "7", "999", "1,000", "1,234,567", "-1,000", "-999",
      ])
    #expect(grouped(.min) == "-9,223,372,036,854,775,808")
  }

  @Test func `a point, zeros, groups and a sign`() {
    #expect(decimal(-123_450, decimals: 2, isGrouped: true, minus: "−") == "−1,234.50")
    #expect(decimal(5, decimals: 3) == "0.005" && decimal(0, decimals: 2, zeros: 4) == "0.00")
    #expect(decimal(12, decimals: 0, zeros: 3, isGrouped: true) == "12,000")
  }

  @Test func `hexadecimal digits are lower case and keep leading zeros`() {
    #expect(hexadecimal([0x00, 0x0f, 0xa0, 0xff] as [UInt8]) == "000fa0ff")
    #expect(hexadecimal([] as [UInt8]) == "")
  }
}
