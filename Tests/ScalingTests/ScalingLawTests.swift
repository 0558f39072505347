import Foundation
import Scaling
import Statistics
import Testing
import TestSupport

/// What the laws of Amdahl, Gunther and Gustafson say, by their textbook formulas.
private enum Textbook {
  static func amdahl(_ share: Double, _ p: Int) -> Double {
    1 / (share + (1 - share) / Double(p))
  }

  static func universal(_ contention: Double, _ coherency: Double, _ p: Int) -> Double {
    let p = Double(p)
    return p / (1 + contention * (p - 1) + coherency * p * (p - 1))
  }

  static func gustafson(_ share: Double, _ p: Int) -> Double {
    Double(p) - share * Double(p - 1)
  }
}

private func times(
  _ workers: [Int], rounds: Int = 1, alone: Double = 0.37, factor: () -> Double = { 1 },
  speedUp: (Int) -> Double
) -> ScalingTimes {
  ScalingTimes(
    workers: workers,
    rounds: (0..<rounds).map { _ in workers.map { alone / speedUp($0) * factor() } })
}

@Suite struct ScalingLawTests {
  /// A few roundings of each time, carried through columns that are told apart with a condition
  /// below 10⁴ for up to 64 workers.
  static let rounding = 1e5 * 0x1p-53

  @Test(arguments: [[1, 2], [1, 2, 3, 4], [1, 2, 4, 8, 16, 32, 64]], [0, 0.031, 0.5, 1])
  func `Amdahl's share comes back`(workers: [Int], share: Double) throws {
    let times = times(workers) { Textbook.amdahl(share, $0) }
    let law = try AmdahlLaw(times)
    #expect(abs(law.serialShare.median - share) <= Self.rounding)
    #expect(law.largestDeviation(from: times) <= Self.rounding)
    #expect(abs(law.speedUp(workers: 10).median / Textbook.amdahl(share, 10) - 1) <= Self.rounding)
  }

  @Test(
    arguments: [[1, 2, 3], [1, 2, 4, 8], [1, 2, 4, 8, 16, 32, 64]],
    [(0, 0), (0.05, 0), (0, 0.001), (0.1, 0.02), (1, 0)])
  func `Gunther's coefficients come back`(workers: [Int], pair: (Double, Double)) throws {
    let times = times(workers) { Textbook.universal(pair.0, pair.1, $0) }
    let law = try UniversalLaw(times)
    #expect(abs(law.contention.median - pair.0) <= Self.rounding)
    #expect(abs(law.coherency.median - pair.1) <= Self.rounding)
    #expect(law.largestDeviation(from: times) <= Self.rounding)
  }

  @Test func `the best number of workers is where the curve is highest`() throws {
    let law = try UniversalLaw(times([1, 2, 4, 8]) { Textbook.universal(0.05, 0.004, $0) })
    let best = try #require(
      (1...100).max { Textbook.universal(0.05, 0.004, $0) < Textbook.universal(0.05, 0.004, $1) })
    #expect(abs(law.bestWorkers.median - Double(best)) <= 0.5)
    let rising = try UniversalLaw(times([1, 2, 4, 8]) { Textbook.amdahl(0.05, $0) })
    #expect(rising.bestWorkers.median == .infinity)
  }

  @Test(arguments: [[1, 2], [1, 2, 3, 4], [1, 2, 4, 8, 16, 32, 64]], [0, 0.08, 0.7, 1])
  func `Gustafson's share comes back`(workers: [Int], share: Double) throws {
    let times = times(workers) { Textbook.gustafson(share, $0) }
    let law = try GustafsonLaw(times)
    #expect(abs(law.serialShare.median - share) <= Self.rounding)
    #expect(law.largestDeviation(from: times) <= Self.rounding)
  }

  // MARK: - Noise

  private static let trials = 1000
  private static let rounds = 9

  /// How often the interval of a fit holds the truth.
  private func coverage(
    _ workers: [Int], noise: (inout TestNumbers) -> Double, speedUp: (Int) -> Double, truth: Double,
    fit: (ScalingTimes) throws -> MedianInterval
  ) -> Double {
    var random = TestNumbers(seed: 7)
    let hits = (0..<Self.trials).count { _ in
      let drawn = times(
        workers, rounds: Self.rounds, factor: { exp(noise(&random)) }, speedUp: speedUp)
      // A law that is excluded by its own noise misses the truth.
      return (try? fit(drawn))?.interval?.contains(truth) ?? false
    }
    return Double(hits) / Double(Self.trials)
  }

  private var expected: ClosedRange<Double> {
    expectedShare(
      MedianInterval((1...Self.rounds).map(Double.init)).confidence, trials: Self.trials)
  }

  @Test(arguments: [[1, 2], [1, 2, 4, 8]])
  func `intervals of shares hold the truth at their rate`(workers: [Int]) {
    let amdahl = coverage(
      workers, noise: { 0.03 * $0.normal() }, speedUp: { Textbook.amdahl(0.1, $0) }, truth: 0.1
    ) { try AmdahlLaw($0).serialShare }
    #expect(expected.contains(amdahl))
    let gustafson = coverage(
      workers, noise: { 0.03 * $0.normal() }, speedUp: { Textbook.gustafson(0.1, $0) }, truth: 0.1
    ) { try GustafsonLaw($0).serialShare }
    #expect(expected.contains(gustafson))
  }

  @Test func `intervals hold the truth even where noise is wild`() {
    let share = coverage(
      [1, 2], noise: { 0.01 * $0.cauchy() }, speedUp: { Textbook.amdahl(0.1, $0) }, truth: 0.1
    ) { try AmdahlLaw($0).serialShare }
    #expect(expected.contains(share))
  }

  @Test func `intervals of Gunther's coefficients hold the truth at their rate`() {
    let workers = [1, 2, 4, 8, 16]
    let speedUp = { Textbook.universal(0.08, 0.004, $0) }
    let contention = coverage(
      workers, noise: { 0.02 * $0.normal() }, speedUp: speedUp, truth: 0.08
    ) { try UniversalLaw($0).contention }
    #expect(expected.contains(contention))
    let coherency = coverage(
      workers, noise: { 0.02 * $0.normal() }, speedUp: speedUp, truth: 0.004
    ) { try UniversalLaw($0).coherency }
    #expect(expected.contains(coherency))
  }

  @Test func `a slow spell of the whole machine changes nothing`() throws {
    let quiet = times([1, 2, 4], rounds: 9) { Textbook.amdahl(0.1, $0) }
    let spell = ScalingTimes(
      workers: quiet.workers,
      rounds: quiet.rounds.enumerated().map { index, times in
        times.map { index < 5 ? $0 : $0 * 2 }
      })
    #expect(try AmdahlLaw(spell) == AmdahlLaw(quiet), "factors of 2 are exact")
  }

  // MARK: - What cannot be told

  @Test func `fewer numbers of workers than unknowns determine nothing`() {
    let one = times([1]) { Double($0) }
    let two = times([1, 2]) { Double($0) }
    #expect(throws: NotDetermined.tooFewWorkerCounts(found: 1, needed: 2)) { try AmdahlLaw(one) }
    #expect(throws: NotDetermined.tooFewWorkerCounts(found: 1, needed: 2)) { try GustafsonLaw(one) }
    #expect(throws: NotDetermined.tooFewWorkerCounts(found: 2, needed: 3)) { try UniversalLaw(two) }
  }

  @Test func `equal times are wholly serial`() throws {
    let equal = times([1, 2, 4], rounds: 3) { _ in 1 }
    #expect(abs(try AmdahlLaw(equal).serialShare.median - 1) <= Self.rounding)
    #expect(abs(try GustafsonLaw(equal).serialShare.median - 1) <= Self.rounding)
    #expect(abs(try UniversalLaw(equal).contention.median - 1) <= Self.rounding)
    #expect(try UniversalLaw(equal).bestWorkers.median == 1)
  }

  @Test(arguments: [1, 5, 9])
  func `a speed-up beyond the number of workers is no share`(rounds: Int) {
    let fast = times([1, 2, 4], rounds: rounds) { pow(Double($0), 1.2) }
    #expect(throws: NotDetermined.fasterThanTheLaw) { try AmdahlLaw(fast) }
    #expect(throws: NotDetermined.fasterThanTheLaw) { try GustafsonLaw(fast) }
    #expect(throws: NotDetermined.fasterThanTheLaw) { try UniversalLaw(fast) }
  }

  @Test func `workers that slow each other down are no share either`() {
    let slow = times([1, 2, 4]) { 1 / Double($0) }
    #expect(throws: NotDetermined.slowerThanTheLaw) { try AmdahlLaw(slow) }
    #expect(throws: NotDetermined.slowerThanTheLaw) { try GustafsonLaw(slow) }
    let late = times([1, 2, 4]) { [1: 1, 2: 1.5, 4: 3][$0] ?? 1 }
    #expect(throws: NotDetermined.growsFasterAndFaster) { try UniversalLaw(late) }
  }

  @Test func `a share around 0 stays a law, and its curve stays below the ideal`() throws {
    var random = TestNumbers(seed: 3)
    let law = try AmdahlLaw(
      times([1, 2], rounds: 9, factor: { exp(0.05 * random.normal()) }) { Double($0) })
    #expect(try #require(law.serialShare.interval).contains(0))
    for workers in [1.0, 2, 3.5, 1000] {
      let speedUp = law.speedUp(workers: workers)
      #expect(speedUp.median > 0 && speedUp.median <= workers)
    }
  }

  /// Whatever the times, a law is fitted or refused, and its numbers are numbers.
  @Test func `whatever the times, nothing traps`() {
    var random = TestNumbers(seed: 11)
    for _ in 0..<3000 {
      let count = Int(random.next() % 5) + 1
      let workers = (0..<count).map { 1 + $0 * (1 + Int(random.next() % 3)) }
      guard zip(workers, workers.dropFirst()).allSatisfy(<) else { continue }
      let wild = times(
        workers, rounds: Int(random.next() % 8) + 1, factor: { exp(8 * random.cauchy().clamped) }
      ) { _ in 1 }
      let laws: [(any ScalingLaw)?] = [
        try? AmdahlLaw(wild), try? GustafsonLaw(wild), try? UniversalLaw(wild),
      ]
      for law in laws.compactMap(\.self) {
        #expect((1...64).allSatisfy { !law.speedUp(workers: Double($0)).median.isNaN })
        #expect(law.largestDeviation(from: wild) >= 0)
      }
    }
  }
}

extension Double {
  fileprivate var clamped: Double { min(max(self, -10), 10) }
}
