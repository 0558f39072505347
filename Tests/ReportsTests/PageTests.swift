import Reports
import Testing

@Suite struct PageTests {
  @Test func `a half is the nearest number of sixteen bits, ties to even`() {
    #expect(bitsOfHalf(1) == 0x3c00)
  }
}
