import Randomness
import Testing

@Suite struct ChanceTests {
  @Test func `numbers are the words of Philox, two at a time`() {
    var chance = Chance(seed: 5, stream: 3)
    let random = Philox(seed: 5, purpose: .demonstration, epoch: 3)
    for block in [0, 1, 2] as [UInt64] {
      let words = random.block(block)
      #expect(chance.next() == UInt64(words.0) << 32 | UInt64(words.1))
      #expect(chance.next() == UInt64(words.2) << 32 | UInt64(words.3))
    }
  }

  @Test func `seeds and streams are independent of one another`() {
    let streams = [(1, 0), (1, 1), (2, 0), (2, 1)] as [(UInt64, UInt32)]
    let numbers = streams.flatMap { seed, stream in
      var chance = Chance(seed: seed, stream: stream)
      return (0..<2500).map { _ in chance.next() }
    }
    // Of 10,000 random words of 64 bits no two are equal, but once in 10¹¹ times.
    #expect(Set(numbers).count == 10_000)
  }

  @Test func `copies go on alike`() {
    var chance = Chance(seed: 1, stream: 0)
    _ = chance.next()
    var copy = chance
    #expect((0..<5).map { _ in chance.next() } == (0..<5).map { _ in copy.next() })
  }

  /// Means of n numbers lie within five standard errors, which chance misses twice in a million.
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `moments of the distributions`(seed: UInt64) {
    var chance = Chance(seed: seed, stream: 0)
    let n = 20_000.0
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / n }

    let uniform = (0..<Int(n)).map { _ in chance.uniform(-2...4) }
    #expect(uniform.allSatisfy { (-2...4).contains($0) })
    // A variance of 6²/12 = 3, and of the square deviation 6⁴/180.
    #expect(abs(mean(uniform) - 1) <= 5 * (3 / n).squareRoot())
    #expect(abs(mean(uniform.map { ($0 - 1) * ($0 - 1) }) - 3) <= 5 * (7.2 / n).squareRoot())

    let normal = (0..<Int(n)).map { _ in chance.normal() }
    #expect(normal.allSatisfy { $0.isFinite })
    #expect(abs(mean(normal)) <= 5 * (1 / n).squareRoot())
    #expect(abs(mean(normal.map { $0 * $0 }) - 1) <= 5 * (2 / n).squareRoot())
    #expect(abs(mean(normal.map { $0 * $0 * $0 * $0 }) - 3) <= 5 * (96 / n).squareRoot())
    // One in 22 lies beyond 1.96.
    let outside = mean(normal.map { abs($0) > 1.959964 ? 1 : 0 })
    #expect(abs(outside - 0.05) <= 5 * (0.05 * 0.95 / n).squareRoot())
  }
}
