import Foundation
import Pictures
import Testing

@Suite struct AxisTicksTests {
  /// Extents that are hard on an axis.
  private static let extents: [(low: Double, high: Double)] = [
    (0, 1), (0, 0.3), (-0.1, 0.2), (0.1, 0.7), (-1, 1), (-7.3, -2.1), (3, 1000), (0, 49.99999999),
    (0, 0), (3, 3), (-1e9, -1e9), (1e300, 1e300), (-1e-300, -1e-300),
    (.leastNonzeroMagnitude, .leastNonzeroMagnitude),
    (0, .leastNonzeroMagnitude), (-.leastNormalMagnitude / 64, .leastNormalMagnitude / 32),
    (1e-305, 2e-305), (0, 1e-299), (1e-290, 1.5e-290),
    (0, 1e300), (-1e300, 1e300), (1e300, 1.1e300), (-1.7e308, 1.7e308), (0, 1.79e308),
    (-.greatestFiniteMagnitude, .greatestFiniteMagnitude), (1e15, 1e15 + 1), (1e15, 1e15 + 4000),
    (1e9, 1e9 + 1), (-1e9 - 1, -1e9), (1, 1 + 1e-11), (1, 1 + 1e-15), (999_999.5, 1_000_000.5),
    (0.1 + 0.2, 0.9), (0.3, 0.7 - 0.4), (-1e-5, 1e5), (0.001, 0.0011), (1e-4, 9e-4),
  ]

  @Test(arguments: 2...9)
  func `linear ticks are round and few, whatever is shown`(count: Int) {
    for (low, high) in Self.extents {
      let axis = AxisTicks(Axis("x"), values: [high, low], count: count)
      expectSound(axis, count: count, "\(low)…\(high)")
      #expect(axis.range.contains(low) && axis.range.contains(high), "\(low)…\(high)")
      let fixed = AxisTicks(
        Axis("x", range: min(low, high)...max(low, high)), values: [], count: count)
      expectSound(fixed, count: count, "fixed \(low)…\(high)")
      #expect(
        fixed.range.contains(low) && fixed.range.contains(high), "fixed \(low)…\(high)")
    }
  }

  /// What all linear axes have in common.
  private func expectSound(_ axis: AxisTicks, count: Int, _ comment: Comment) {
    let values = axis.ticks.map(\.value)
    // A range of `count` steps that begins between two ticks reaches out by one at either end.
    #expect((2...count + 2).contains(values.count), comment)
    #expect(axis.range.lowerBound < axis.range.upperBound, comment)
    #expect(values.allSatisfy(axis.range.contains), comment)
    let labels = axis.ticks.map(\.label)
    #expect(Set(labels).count == labels.count, comment)
    #expect(Set(labels.filter { $0 != "0" }.map(decimalsOfLabel)).count == 1, comment)

    guard values.count >= 2 else { return }
    for (label, value) in zip(labels, values) {
      guard let number = numberOfLabel(label) else {
        Issue.record("\(label) is no number")
        continue
      }
      // A tick may be moved to the end of the axis by 10⁻⁹ of a step and the rounding of its value.
      let slack = (values[1] / 2 - values[0] / 2) * 4e-9 + abs(value) * 0x1p-50
      #expect(abs(number - value) <= slack, comment)
    }
    let places = values.compactMap(axis.place)
    #expect(places.count == values.count, comment)
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    for gap in gaps {
      // Equal but for the rounding of the values against the extent: 10⁻¹² of them is the least.
      #expect(abs(gap - gaps[0]) < 4 * 0x1p-52 / 1e-12, comment)
    }
    if let gap = gaps.first {
      #expect(places.first.map { $0 < gap * 1.001 } == true, comment)
      #expect(places.last.map { 1 - $0 < gap * 1.001 } == true, comment)
    }
  }

  @Test func `steps are one, two or five times a power of ten`() {
    for (low, high) in Self.extents where high < 1e307 {
      let ticks = AxisTicks(Axis("x"), values: [low, high], count: 6).ticks.map(\.label)
      let numbers = ticks.compactMap(numberOfLabel)
      let step = numbers[1] - numbers[0]
      // The difference of two rounded labels; their steps are 10⁻¹³ of them or more.
      let round = RoundStep(atLeast: step * 0.99)
      #expect(abs(round.size / step - 1) < 0.01, "\(ticks)")
    }
  }

  @Test func `an axis ends at ticks that are no further than a step away`() {
    for (low, high) in [
      (0.0, 1.0), (0.3, 0.9), (0.1, 0.7), (-7.3, -2.1), (3, 1000), (-1e300, 1e300),
    ] {
      let axis = AxisTicks(Axis("x"), values: [low, high], count: 5)
      #expect(axis.range.lowerBound == axis.ticks.first?.value)
      #expect(axis.range.upperBound == axis.ticks.last?.value)
      #expect(axis.ticks.dropFirst().first.map { $0.value > low } == true)
      #expect(axis.ticks.dropLast().last.map { $0.value < high } == true)
    }
    // 0.3 / 0.1 rounds to less than 3, which is no reason to begin at 0.2.
    let axis = AxisTicks(Axis("x"), values: [0.3, 0.8], count: 5)
    #expect(axis.ticks.map(\.label) == ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8"])
  }

  @Test func `values without a place are not shown`() {
    let axis = AxisTicks(
      Axis("x"), values: [.nan, 1, .infinity, 2, -.infinity], count: 4)
    #expect(axis.range == 1...2)
    for value in [Double.nan, .infinity, -.infinity] { #expect(axis.place(value) == nil) }
    let logarithmic = AxisTicks(
      Axis("x", scale: .logarithmic),
      values: [.nan, 0, -5, .infinity, 10, 1000, .leastNonzeroMagnitude], count: 4)
    #expect(logarithmic.range == 10...1000)
    for value in [Double.nan, .infinity, 0, -0.0, -1, .leastNonzeroMagnitude] {
      #expect(logarithmic.place(value) == nil)
    }
  }

  @Test(arguments: [Axis.Scale.linear, .logarithmic])
  func `with nothing to show, an axis is still an axis`(scale: Axis.Scale) {
    for values in [[], [Double.nan], [.infinity, -.infinity]] {
      let axis = AxisTicks(Axis("x", scale: scale), values: values, count: 5)
      #expect(axis.ticks.count >= 2)
      #expect(axis.range.lowerBound < axis.range.upperBound)
    }
  }

  @Test func `places rise from 0 to 1`() {
    for scale in [Axis.Scale.linear, .logarithmic] {
      for range in [1...2, 1e-300...1e300, 1e-13...1e6, 3...1e308] {
        let axis = AxisTicks(Axis("x", scale: scale, range: range), values: [], count: 5)
        #expect(axis.place(range.lowerBound) == 0)
        #expect(axis.place(range.upperBound) == 1)
        let middle =
          scale == .linear
          ? range.lowerBound / 2 + range.upperBound / 2
          : sqrt(range.lowerBound) * sqrt(range.upperBound)
        // A few roundings of numbers up to 1, after a logarithm of up to 710.
        #expect(abs((axis.place(middle) ?? 0) - 0.5) < 710 * 4 * 0x1p-53)
        #expect(axis.place(range.upperBound.nextUp).map { $0 >= 1 } == true)
      }
    }
  }

  @Test func `a value far outside has a finite place`() {
    let axis = AxisTicks(Axis("x", range: 0...1e-200), values: [], count: 5)
    #expect(axis.place(1e308) == 1e100)
    #expect(axis.place(-1e308) == -1e100)
  }

  // MARK: - Logarithmic

  private static let logarithmicExtents: [(low: Double, high: Double)] = [
    (1, 10), (1, 1000), (0.35, 2.3), (0.0035, 0.11), (2, 3), (3, 4), (9.99, 10.01), (1, 1.0001),
    (5, 5), (1e-300, 1e300), (1e-13, 1e6), (0.001, 3), (1e300, 1e300), (1e307, 1.79e308),
    (.leastNormalMagnitude, 1e-300), (.leastNormalMagnitude, .leastNormalMagnitude),
    (.leastNormalMagnitude, .greatestFiniteMagnitude), (0.1 * 3, 0.7 + 0.1), (99.999999, 1001),
  ]

  @Test(arguments: 2...9)
  func `logarithmic ticks are round and few, whatever is shown`(count: Int) {
    for (low, high) in Self.logarithmicExtents {
      for range in [nil, low...high] {
        let comment: Comment = "\(low)…\(high), \(range == nil ? "free" : "fixed")"
        let axis = AxisTicks(
          Axis("x", scale: .logarithmic, range: range), values: [low, high], count: count)
        let values = axis.ticks.map(\.value)
        #expect(axis.range.lowerBound < axis.range.upperBound, comment)
        #expect(axis.range.contains(low) && axis.range.contains(high), comment)
        #expect(values.allSatisfy(axis.range.contains), comment)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, comment)
        // Two powers of ten with all their marks between them are five.
        #expect((2...max(count + 2, 5)).contains(values.count), comment)
        let labels = axis.ticks.map(\.label)
        #expect(Set(labels).count == labels.count, comment)
        #expect(
          zip(labels, values).allSatisfy { label, value in
            // Moved to the end of the axis by 10⁻⁹ at most.
            numberOfLabel(label).map { abs($0 / value - 1) < 1e-8 } == true
          }, comment)
        if range == nil && low > 1e-307 && high < 1e307 {
          #expect(values.allSatisfy { isRound($0) }, comment)
          #expect(axis.range.lowerBound == values.first, comment)
        }
      }
    }
  }

  /// Whether a number is 1, 2 or 5 times a power of ten.
  private func isRound(_ value: Double) -> Bool {
    let step = RoundStep(atLeast: value * 0.999)
    return abs(step.size / value - 1) < 1e-12
  }

  @Test func `logarithmic ticks are powers of ten over decades`() {
    let axis = AxisTicks(Axis("x", scale: .logarithmic), values: [2e-7, 30], count: 9)
    #expect(axis.ticks.map(\.value) == [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100])
    #expect(
      axis.ticks.map(\.label)
        == ["10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"])
    let narrow = AxisTicks(Axis("x", scale: .logarithmic), values: [0.35, 2.3], count: 5)
    #expect(narrow.ticks.map(\.label) == ["0.2", "0.5", "1", "2", "5"])
    let wide = AxisTicks(Axis("x", scale: .logarithmic), values: [1e-9, 1e9], count: 4)
    #expect(wide.ticks.map(\.label) == ["10⁻⁹", "10⁻⁵", "10⁻¹", "10³", "10⁷"])
  }

  @Test func `a narrow fixed logarithmic axis has linear ticks`() {
    let axis = AxisTicks(
      Axis("x", scale: .logarithmic, range: 3...4), values: [], count: 5)
    #expect(axis.ticks.map(\.label) == ["3.0", "3.2", "3.4", "3.6", "3.8", "4.0"])
  }

  // MARK: - Words

  @Test func `ticks in words are all shown, in their order`() {
    let axis = Axis("x", ticks: [Axis.Tick(3, "three"), Axis.Tick(-1, "minus one")])
    let ticks = AxisTicks(axis, values: [0, 1], count: 2)
    #expect(ticks.range == -1...3)
    #expect(ticks.ticks.map(\.label) == ["minus one", "three"])
  }

  @Test func `ticks in words outside a fixed range are left out`() {
    let axis = Axis(
      "x", range: 0...2,
      ticks: [
        Axis.Tick(3, "three"), Axis.Tick(2, "two"), Axis.Tick(.nan, "none"), Axis.Tick(-1, "no"),
      ])
    let ticks = AxisTicks(axis, values: [0, 10], count: 2)
    #expect(ticks.range == 0...2)
    #expect(ticks.ticks.map(\.label) == ["two"])
  }

  @Test func `ends without a place are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = AxisTicks(Axis("x", range: 0...Double.infinity), values: [], count: 5)
    }
    await #expect(processExitsWith: .failure) {
      _ = AxisTicks(Axis("x", scale: .logarithmic, range: 0...1), values: [], count: 5)
    }
  }
}
