import Foundation
import Pictures
import Testing

@Suite struct RoundStepTests {
  /// Steps from the smallest to the largest numbers, at uneven places between the powers of ten.
  private static let sizes: [Double] = (-306...307).flatMap { exponent in
    [1, 1.2, 1.9999, 2, 3.3, 5, 5.1, 9.9999].compactMap { Double("\($0)e\(exponent)") }
  }

  @Test func `a step is the smallest round one that is large enough`() {
    for size in Self.sizes {
      let step = RoundStep(atLeast: size)
      #expect([1, 2, 5].contains(step.digit), "at \(size)")
      // The promise lets a step be smaller by 10⁻⁴ of the size.
      #expect(step.size * 1.0001 >= size, "at \(size)")
      #expect(step.finer.size * 1.0001 < size, "at \(size)")
    }
  }

  @Test func `a finer step is the next smaller round one`() {
    let steps = sequence(first: RoundStep(atLeast: 10), next: \.finer).prefix(7)
    #expect(steps.map(\.size) == [10, 5, 2, 1, 0.5, 0.2, 0.1])
  }

  @Test func `multiples are the numbers that a reader would write`() {
    let step = RoundStep(atLeast: 0.1)
    #expect((0...10).map(step.multiple) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    #expect(RoundStep(atLeast: 1e308).multiple(2) == .infinity)
  }

  @Test func `counts reach the multiples themselves`() {
    for size in Self.sizes where size < 1e300 {
      let step = RoundStep(atLeast: size)
      for count in [-1_000_000, -7, -1, 0, 1, 3, 6, 7, 999_999] {
        let value = step.multiple(count)
        #expect(step.count(upTo: value) == count, "\(count) × \(step.size)")
        #expect(step.count(from: value) == count, "\(count) × \(step.size)")
        let between = value + step.size * 0.5
        #expect(step.count(upTo: between) == count, "\(count) × \(step.size)")
        #expect(step.count(from: between) == count + 1, "\(count) × \(step.size)")
      }
    }
  }

  @Test func `a count forgives the rounding of a sum`() {
    let step = RoundStep(atLeast: 0.1)
    #expect(0.1 + 0.2 > step.multiple(3))
    #expect(step.count(from: 0.1 + 0.2) == 3)
    #expect(0.7 - 0.4 < step.multiple(3))
    #expect(step.count(upTo: 0.7 - 0.4) == 3)
  }

  @Test(arguments: [
    (0.5, -2...2, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    (2, 0...3, ["0", "2", "4", "6"]),
    (0.02, 49...51, ["0.98", "1.00", "1.02"]),
    (5000, 0...3, ["0", "5,000", "10,000", "15,000"]),
    (100_000, -9...(-8), ["−900,000", "−800,000"]),
    (200_000, 4...6, ["0.8×10⁶", "1.0×10⁶", "1.2×10⁶"]),
    (1e300, -1...1, ["−1×10³⁰⁰", "0", "1×10³⁰⁰"]),
    (0.0005, 0...2, ["0.0000", "0.0005", "0.0010"]),
    (0.0002, 0...4, ["0", "2×10⁻⁴", "4×10⁻⁴", "6×10⁻⁴", "8×10⁻⁴"]),
    (.leastNonzeroMagnitude, 1...2, ["0.5×10⁻³²³", "1.0×10⁻³²³"]),
  ])
  func `labels are written with the digits of their step`(
    size: Double, counts: ClosedRange<Int>, labels: [String]
  ) {
    #expect(RoundStep(atLeast: size).labels(counts) == labels)
  }

  @Test func `labels say their multiples, and no two are the same`() {
    for (index, size) in Self.sizes.enumerated() where index % 3 == 0 && size < 1e290 {
      let step = RoundStep(atLeast: size)
      // Beginnings up to the finest steps that an axis takes, 10⁻¹³ of its values.
      let power = (0..<index % 14).reduce(1) { power, _ in power * 10 }
      let first = (index.isMultiple(of: 2) ? -1 : 1) * (power + index % 7) - 3
      let labels = step.labels(first...first + 7)
      #expect(Set(labels).count == 8, "\(labels)")
      let decimals = Set(labels.filter { $0 != "0" }.map(decimalsOfLabel))
      #expect(decimals.count == 1, "\(labels)")
      for (label, count) in zip(labels, first...) {
        #expect(numberOfLabel(label) == step.multiple(count), "\(labels)")
      }
    }
  }
}

/// The number that a label says, with every digit read as it stands.
func numberOfLabel(_ label: String) -> Double? {
  let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  let plain = label.map { character -> String in
    if let digit = superscripts.firstIndex(of: character) { return "\(digit)" }
    return switch character {
    case "−", "⁻": "-"
    case ",": ""
    default: String(character)
    }
  }.joined()
  guard let power = plain.range(of: plain.contains("×") ? "×10" : "10") else {
    return Double(plain)
  }
  let isPower = label.contains { superscripts.contains($0) || $0 == "⁻" }
  guard isPower else { return Double(plain) }
  let mantissa = plain[..<power.lowerBound]
  return Double("\(mantissa.isEmpty ? "1" : mantissa)e\(plain[power.upperBound...])")
}

/// The digits behind the point of a label.
func decimalsOfLabel(_ label: String) -> Int {
  guard let point = label.firstIndex(of: ".") else { return 0 }
  return label[label.index(after: point)...].prefix { $0.isASCII && $0.isNumber }.count
}
