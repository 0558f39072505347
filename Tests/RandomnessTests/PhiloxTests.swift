import Randomness
import Testing

@Suite struct PhiloxTests {
  // The known answers that Random123 publishes: zeros, ones and the digits of π.
  @Test func `Philox gives the published answers`() {
    let zeros = philox(counter: (0, 0, 0, 0), key: (0, 0))
    #expect(zeros == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let all = UInt32.max
    let ones = philox(counter: (all, all, all, all), key: (all, all))
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = philox(
      counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: (0xa409_3822, 0x299f_31d0))
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func `the address is placed in key and counter`() {
    let random = Philox(
      seed: 0x0123_4567_89ab_cdef, purpose: .two, epoch: 0xdead_beef)
    let expected = philox(
      counter: (0x7654_3210, 0xfedc_ba98, 0xdead_beef, 2), key: (0x89ab_cdef, 0x0123_4567))
    #expect(random.block(0xfedc_ba98_7654_3210) == expected)
  }

  @Test func `uniform numbers are the top bits of the block's words`() {
    let random = Philox(seed: 7, purpose: .one, epoch: 3)
    let words = random.block(5)
    let expected = [words.0, words.1, words.2, words.3].map { Float($0 >> 8) / 16_777_216 }
    #expect((20..<24).map { random.uniform($0) } == expected)
  }

  @Test func `uniform numbers fill the interval evenly`() {
    let random = Philox(seed: 11, purpose: .one, epoch: 0)
    let count = 1 << 16
    var cells = [Int](repeating: 0, count: 64)
    for index in 0..<count {
      let number = random.uniform(UInt64(index))
      #expect(number >= 0 && number < 1)
      cells[Int(number * 64)] += 1
    }
    #expect(chiSquare(cells, expected: Double(count) / 64) < limit(degreesOfFreedom: 63))
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 257, 60_000])
  func `shuffling keeps every index once`(count: Int) {
    let shuffled = shuffledIndices(
      count: count, using: Philox(seed: 1, purpose: .zero, epoch: 0))
    #expect(shuffled.sorted() == (0..<count).map { Int32($0) })
  }

  @Test func `the shuffle is that of Fisher and Yates, with one word per element`() {
    let random = Philox(seed: 3, purpose: .zero, epoch: 9)
    for count in [0, 1, 2, 7, 100] {
      var expected: [Int32] = []
      for index in 0..<count {
        let block = random.block(UInt64(index / 4))
        let word = [block.0, block.1, block.2, block.3][index % 4]
        expected.append(Int32(index))
        expected.swapAt(index, Int((UInt64(word) * UInt64(index + 1)) >> 32))
      }
      #expect(shuffledIndices(count: count, using: random) == expected)
    }
  }

  @Test func `all orders of four are equally likely`() {
    let count = 24_000
    var orders: [[Int32]: Int] = [:]
    for epoch in 0..<count {
      let random = Philox(seed: 5, purpose: .zero, epoch: UInt32(epoch))
      orders[shuffledIndices(count: 4, using: random), default: 0] += 1
    }
    #expect(orders.count == 24)
    #expect(
      chiSquare(Array(orders.values), expected: Double(count) / 24)
        < limit(degreesOfFreedom: 23))
  }

  @Test func `seeds, purposes and epochs give orders of their own`() {
    let streams = [
      Philox(seed: 1, purpose: .zero, epoch: 0), Philox(seed: 2, purpose: .zero, epoch: 0),
      Philox(seed: 1 << 32 | 1, purpose: .zero, epoch: 0),
      Philox(seed: 1, purpose: .zero, epoch: 1),
      Philox(seed: 1, purpose: .two, epoch: 0),
    ]
    let orders = streams.map { shuffledIndices(count: 100, using: $0) }
    #expect(Set(orders).count == streams.count)
    #expect(orders[0] == shuffledIndices(count: 100, using: streams[0]))
  }

  private func chiSquare(_ cells: [Int], expected: Double) -> Double {
    cells.map { (Double($0) - expected) * (Double($0) - expected) / expected }.reduce(0, +)
  }

  /// Mean plus five standard deviations of χ². The draws are fixed, so this passes or fails for ever.
  private func limit(degreesOfFreedom: Double) -> Double {
    degreesOfFreedom + 5 * (2 * degreesOfFreedom).squareRoot()
  }
}

/// Purposes as other modules have them.
extension Purpose {
  fileprivate static let zero = Purpose(rawValue: 0)
  fileprivate static let one = Purpose(rawValue: 1)
  fileprivate static let two = Purpose(rawValue: 2)
}
