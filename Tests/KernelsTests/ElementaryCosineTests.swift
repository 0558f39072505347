import Foundation
import Kernels
import Testing

@Suite struct ElementaryCosineTests {
  @Test func `the cosine is exact at the ends and in the middle`() {
    #expect(cosine(ofPi: 0) == 1)
    #expect(cosine(ofPi: 0.5) == 0)
    #expect(cosine(ofPi: 1) == -1)
  }

  @Test func `the cosine stays within its bound`() {
    // The judge's own error: half an ulp each of π t, which cos passes on times π t ≤ π, and of cos.
    let judge = Double.pi * .ulpOfOne / 2 + .ulpOfOne / 4
    let worst = (0...1_000_003).map { index in
      let t = Double(index) / 1_000_003
      return abs(cosine(ofPi: t) - cos(.pi * t))
    }.max()
    #expect(worst ?? 1 < 3e-16 + judge)
  }

  @Test func `the cosine always falls`() {
    let values = (0...100_000).map { cosine(ofPi: Double($0) / 100_000) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func `the cosine is odd around the middle`() {
    // Differences of binary fractions are exact, so the two halves must mirror to the bit.
    for index in 0...1024 {
      let t = Double(index) / 1024
      #expect(cosine(ofPi: t) == -cosine(ofPi: 1 - t))
    }
  }
}
