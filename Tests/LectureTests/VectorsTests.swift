import Lecture
import TestSupport
import Testing

@Suite struct VectorsTests {
  @Test func `the slope of points on a line is that of the line`() {
    #expect(abs(slope([(1, 1), (2, -2), (4, -8)]) + 3) <= 100 * doubleRoundoff)
  }

  @Test func `the largest of sizes keeps what is no number`() {
    #expect(maximum(of: []) == 0)
    #expect(maximum(of: [1, 3, 2]) == 3)
    #expect(maximum(of: [1, .infinity, 2]) == .infinity)
    for place in 0..<3 {
      var sizes = [1.0, 3, 2]
      sizes[place] = .nan
      #expect(maximum(of: sizes).isNaN)
    }
  }
}
