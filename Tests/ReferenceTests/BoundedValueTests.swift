import Foundation
import Reference
import Networks
import Testing
import TestSupport

@Suite struct BoundedValueTests {
  @Test func `roundings one after the other`() {
    #expect(roundoff == 0x1p-24)
    #expect(errorOfRoundings(0) == 0)
    // γₙ = nu/(1 − nu).
    #expect(errorOfRoundings(1) == 0x1p-24 / (1 - 0x1p-24))
    #expect(errorOfRoundings(1 << 20) == 0x1p-4 / (1 - 0x1p-4))
    // n roundings up, which is the worst that can happen.
    let worst = pow(1 + roundoff, 1000) - 1
    #expect(errorOfRoundings(1000) >= worst && errorOfRoundings(1000) <= worst * 1.001)
  }

  @Test func `sums, differences and products hold all that their operands may be`() {
    var numbers = TestNumbers(seed: 1)
    for _ in 0..<2000 {
      let (a, b) = (
        BoundedValue(numbers.normal(), error: numbers.uniform(0...0.5)),
        BoundedValue(numbers.normal(), error: numbers.uniform(0...0.5))
      )
      for (x, y) in [(-1.0, -1.0), (-1, 1), (1, -1), (1, 1), (0.3, -0.8)] {
        let (p, q) = (a.value + x * a.error, b.value + y * b.error)
        for (found, estimate) in [(p + q, a + b), (p - q, a - b), (p * q, a * b)] {
          // The test's own rounding of numbers up to 25.
          let room = BoundedValue(estimate.value, error: estimate.error + 8 * 25 * doubleRoundoff)
          #expect(room.allows(found))
        }
      }
      // And not much more: some corner of a product is as far away as its bound.
      let corners = [(-1.0, -1.0), (-1, 1), (1, -1), (1, 1)].map { x, y in
        abs((a.value + x * a.error) * (b.value + y * b.error) - a.value * b.value)
      }
      #expect((a * b).error <= (corners.max() ?? 0) * (1 + 1e-9))
    }
  }

  @Test func `rounding holds the nearest Float of every number, small ones too`() {
    var numbers = TestNumbers(seed: 2)
    for exponent in -150...100 {
      for _ in 0..<20 {
        let value = numbers.uniform(-2...2) * pow(2, Double(exponent))
        let estimate = BoundedValue(value, error: abs(value) * numbers.uniform(0...1e-6))
        for x in [-1.0, 0, 1] {
          let computed = Double(Float(value + x * estimate.error))
          #expect(estimate.rounded.allows(computed), "\(value)")
        }
      }
    }
    #expect(BoundedValue(1.0).rounded.error <= roundoff * 1.001)
  }

  @Test(arguments: [1, 2, 3, 17, 64, 784])
  func `a chain of fused products stays within its bound, and a faulty one does not`(count: Int) {
    var numbers = TestNumbers(seed: 3000 + count)
    for trial in 0..<50 {
      let start = Float(numbers.normal())
      let factors = (0..<count).map { _ in (Float(numbers.normal()), Float(numbers.normal())) }
      // In every other trial the second half takes the first back.
      let pairs =
        trial.isMultiple(of: 2) ? factors : factors + factors.map { ($0.0, -$0.1) }
      var chain = EstimatedChain(from: BoundedValue(start))
      var computed = start
      for (a, b) in pairs {
        chain.add(BoundedValue(a), BoundedValue(b))
        computed = computed.addingProduct(a, b)
      }
      #expect(chain.result.allows(Double(computed)))
      // Never wider than what holds for any order, γₙ Σ|ab|.
      let sizes = pairs.reduce(Double(abs(start))) { $0 + Double(abs($1.0 * $1.1)) }
      #expect(chain.result.error <= errorOfRoundings(pairs.count) * sizes + 1e-40)
      let largest = pairs.max { abs($0.0 * $0.1) < abs($1.0 * $1.1) } ?? (0, 0)
      #expect(!chain.result.allows(Double(computed) - Double(largest.0) * Double(largest.1)))
    }
  }

  @Test(arguments: [1, 5, 64, 300])
  func `a sum of products holds every order of them`(count: Int) {
    var numbers = TestNumbers(seed: 4000 + count)
    let factors = (0..<count).map { _ in (Float(numbers.normal()), Float(numbers.normal())) }
    var sum = EstimatedSum()
    for (a, b) in factors { sum.add(BoundedValue(a), BoundedValue(b)) }
    let bound = sum.result(roundings: count)
    for _ in 0..<20 {
      let computed = factors.shuffled(using: &numbers).reduce(Float(0)) {
        $0.addingProduct($1.0, $1.1)
      }
      #expect(bound.allows(Double(computed)))
    }
    let exact = factors.reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(bound.value - exact) <= Double(count * count) * 16 * doubleRoundoff)
    let largest = factors.map { abs($0.0 * $0.1) }.max() ?? 0
    #expect(!bound.allows(exact + Double(largest)))
  }

  /// φ and φ′ as the course writes them.
  private static func formula(_ activation: Activation, _ z: Double) -> (Double, Double) {
    let y = sigmoid(z)
    return switch activation {
    case .identity: (z, 1)
    case .relu: (max(0, z), z > 0 ? 1 : 0)
    case .softplus: (max(0, z) + log1p(exp(-abs(z))), y)
    case .threshold: (z > 0 ? 1 : 0, abs(z) <= 1 ? 1 : 0)
    case .logistic: (y, y * (1 - y))
    case .tanh: (tanh(z), 1 - tanh(z) * tanh(z))
    case .gelu: gelu(z)
    }
  }

  private static func gelu(_ z: Double) -> (Double, Double) {
    let root = (2 / Double.pi).squareRoot()
    let t = tanh(root * (z + 0.044715 * z * z * z))
    let slopeOfT = (1 - t * t) * root * (1 + 3 * 0.044715 * z * z)
    return (z * (1 + t) / 2, (1 + t) / 2 + z / 2 * slopeOfT)
  }

  @Test(arguments: Activation.allCases)
  func `units hold φ and its slope of every sum that may be`(activation: Activation) {
    var numbers = TestNumbers(seed: 5)
    for error in [0, 1e-7, 1e-3, 0.2] {
      for _ in 0..<500 {
        let z = BoundedValue(numbers.uniform(-6...6), error: error)
        let unit = activation.estimate(z)
        for x in [-1, -0.5, 0, 0.5, 1] {
          let (value, slope) = Self.formula(activation, z.value + x * error)
          #expect(abs(unit.value.value - value) <= unit.value.error + 8 * doubleRoundoff)
          #expect(abs(unit.slope.value - slope) <= unit.slope.error + 8 * doubleRoundoff)
        }
      }
    }
  }

  @Test func `only units at a bend or a jump are uncertain`() {
    func isUncertain(_ activation: Activation, _ z: Double) -> Bool {
      activation.estimate(BoundedValue(z, error: 1e-6)).isUncertain
    }
    #expect(isUncertain(.relu, 5e-7) && isUncertain(.relu, -5e-7) && !isUncertain(.relu, 2e-6))
    #expect([0, -1, 1].allSatisfy { isUncertain(.threshold, $0) })
    #expect([0.5, -0.5, 2, -2].allSatisfy { !isUncertain(.threshold, $0) })
    for activation in [.identity, .softplus, .logistic, .tanh, .gelu] as [Activation] {
      #expect(!isUncertain(activation, 0))
    }
  }
}
