import TestSupport
import Foundation
import Kernels
import KernelsTestSupport
import LayerKernels
import Testing

@Suite struct ActivationTests {
  /// Every activation, beside its formulas in Double.
  enum Function: CaseIterable {
    case identity, relu, softplus, threshold, logistic, tanh, gelu

    func apply(_ values: Matrix, slopes: Matrix?) {
      switch self {
      case .identity: Identity.activate(values, values: values, slopes: slopes, stores: .cached)
      case .relu: ReLU.activate(values, values: values, slopes: slopes, stores: .cached)
      case .softplus: Softplus.activate(values, values: values, slopes: slopes, stores: .cached)
      case .threshold: Threshold.activate(values, values: values, slopes: slopes, stores: .cached)
      case .logistic: Logistic.activate(values, values: values, slopes: slopes, stores: .cached)
      case .tanh: Tanh.activate(values, values: values, slopes: slopes, stores: .cached)
      case .gelu: GELU.activate(values, values: values, slopes: slopes, stores: .cached)
      }
    }

    func value(_ z: Double) -> Double {
      switch self {
      case .identity: z
      case .relu: max(0, z)
      case .softplus: max(0, z) + log1p(exp(-abs(z)))
      case .threshold: z > 0 ? 1 : 0
      case .logistic: 1 / (1 + exp(-z))
      case .tanh: Foundation.tanh(z)
      case .gelu: z * halfOfGELU(z)
      }
    }

    /// ½ (1 + tanh u), and what u and its derivative are: u = √(2/π) (z + 0.044715 z³).
    private func halfOfGELU(_ z: Double) -> Double {
      // 1 + tanh u = 2/(1 + e^−2u), which does not cancel.
      1 / (1 + exp(-2 * innerOfGELU(z)))
    }

    private func innerOfGELU(_ z: Double) -> Double {
      (2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)
    }

    private func innerSlopeOfGELU(_ z: Double) -> Double {
      (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * z * z)
    }

    func slope(_ z: Double) -> Double {
      switch self {
      case .identity: 1
      case .relu: z > 0 ? 1 : 0
      case .softplus: 1 / (1 + exp(-z))
      case .threshold: abs(z) <= 1 ? 1 : 0
      case .logistic: 1 / ((1 + exp(-z)) * (1 + exp(z)))
      case .tanh: 1 / (cosh(z) * cosh(z))
      case .gelu:
        abs(z) > 1e6
          ? (z > 0 ? 1 : 0)
          : halfOfGELU(z)
            + 2 * z * halfOfGELU(z) * (1 - halfOfGELU(z)) * innerSlopeOfGELU(z)
      }
    }

    /// The elementary functions promise less than 3 ulps; an ulp of y is at most 2u|y|, or one
    /// subnormal.
    func valueBound(_ z: Double) -> Double {
      switch self {
      case .identity, .relu, .threshold: 0
      case .softplus, .logistic, .tanh: 6 * roundoff * abs(value(z)) + 3 * subnormal
      case .gelu: abs(z) * errorOfHalf(z) + roundoff * abs(value(z)) + subnormal
      }
    }

    /// Of tanh u: three ulps, and six roundings of u, for max |u| sech² u < 0.45.
    private func errorOfTanh(_ z: Double) -> Double {
      6 * roundoff * abs(Foundation.tanh(innerOfGELU(z))) + 6 * 0.45 * roundoff
    }

    private func errorOfHalf(_ z: Double) -> Double {
      errorOfTanh(z) / 2 + roundoff * halfOfGELU(z)
    }

    /// y(1 − y) and 1 − y² pass on an error δ of y times |1 − 2y| + δ and 2|y| + δ, and round
    /// twice and once; the slope of softplus is the logistic function itself.
    func slopeBound(_ z: Double) -> Double {
      let y = value(z)
      let error = valueBound(z)
      return switch self {
      case .identity, .relu, .threshold: 0
      case .softplus: Function.logistic.valueBound(z)
      case .logistic: (abs(1 - 2 * y) + error) * error + errorOfRoundings(2) * slope(z) + subnormal
      case .tanh: (2 * abs(y) + error) * error + roundoff * slope(z)
      case .gelu:
        // Beyond ±10 both terms are what they are there.
        errorOfHalf(z)
          + min(abs(z), 10) / 2 * innerSlopeOfGELU(min(abs(z), 10))
          * (2 * errorOfTanh(z) + 2 * roundoff)
          + 8 * roundoff * abs(slope(z) - halfOfGELU(z)) + roundoff * abs(slope(z))
      }
    }

    private var subnormal: Double { Double(Float.leastNonzeroMagnitude) }
  }

  /// Both sides of every bend and limit, and numbers of every magnitude.
  static let arguments: [Float] = {
    var numbers = TestNumbers(seed: 1)
    let grid = stride(from: Float(-20), through: 20, by: 0.0625)
    let bends = [Float(0), 1, -1].flatMap { [$0.nextDown, $0, $0.nextUp] }
    let magnitudes = (-149...127).flatMap { exponent in
      let z = Float(sign: .plus, exponent: exponent, significand: 1 + abs(numbers.float()) / 2)
      return [z, -z]
    }
    return grid + bends + magnitudes + [-0.0, .greatestFiniteMagnitude]
  }()

  @Test(arguments: Function.allCases)
  func `values and slopes are those of the formulas`(function: Function) {
    let (values, slopes) = apply(function, to: Self.arguments)
    for (index, z) in Self.arguments.enumerated() {
      let z = Double(z)
      #expect(
        abs(Double(values[index]) - function.value(z)) <= function.valueBound(z), "value at \(z)")
      #expect(
        abs(Double(slopes[index]) - function.slope(z)) <= function.slopeBound(z), "slope at \(z)")
    }
  }

  @Test(arguments: [
    (Function.softplus, ElementaryFunction.softplus), (.logistic, .logistic),
    (.tanh, .hyperbolicTangent),
  ])
  func `values have the bits of the elementary function`(
    function: Function, elementary: ElementaryFunction
  ) {
    let (values, _) = apply(function, to: Self.arguments)
    #expect(values.map(\.bitPattern) == elementary(Self.arguments).map(\.bitPattern))
  }

  @Test(arguments: Function.allCases)
  func `an undefined sum stays undefined`(function: Function) {
    #expect(apply(function, to: [.nan]).values[0].isNaN)
  }

  @Test(arguments: Function.allCases)
  func `infinite sums reach the limits`(function: Function) {
    let limits: (values: [Float], slopes: [Float]) =
      switch function {
      case .identity: ([.infinity, -.infinity], [1, 1])
      case .relu, .softplus, .gelu: ([.infinity, 0], [1, 0])
      case .threshold, .logistic: ([1, 0], [0, 0])
      case .tanh: ([1, -1], [0, 0])
      }
    let found = apply(function, to: [.infinity, -.infinity])
    #expect(found.values == limits.values)
    #expect(found.slopes == limits.slopes)
  }

  @Test(arguments: Function.allCases, uglySizes)
  func `an element has the same bits at every place`(function: Function, columns: Int) {
    let alone = Dictionary(
      uniqueKeysWithValues: (-50...50).map { z in
        (z, apply(function, to: [Float(z) / 8]))
      })
    let sums = Table(rows: 3, columns: columns) { Float(($0 + $1 * 7) % 101 - 50) / 8 }
    let (values, slopes) = apply(function, to: sums)
    let expected = sums.elements.compactMap { alone[Int($0 * 8)] }
    #expect(values.elements.map(\.bitPattern) == expected.map { $0.values[0].bitPattern })
    #expect(slopes.elements.map(\.bitPattern) == expected.map { $0.slopes[0].bitPattern })
  }

  @Test(arguments: Function.allCases)
  func `without slopes the values are the same`(function: Function) {
    var numbers = TestNumbers(seed: 2)
    let sums = Table(rows: 5, columns: 19, random: &numbers)
    let values = HeldMatrix(sums)
    withViews(values) { function.apply($0[0], slopes: nil) }
    expectSameBits(values.table, apply(function, to: sums).values)
    #expect(values.isMarginUntouched)
  }

  private func apply(
    _ function: Function, to sums: [Float]
  ) -> (values: [Float], slopes: [Float]) {
    let (values, slopes) = apply(function, to: Table(rows: 1, columns: sums.count) { sums[$1] })
    return (values.elements, slopes.elements)
  }

  private func apply(_ function: Function, to sums: Table) -> (values: Table, slopes: Table) {
    let values = HeldMatrix(sums)
    let slopes = HeldMatrix(rows: sums.rows, columns: sums.columns, repeating: .nan)
    withViews(values, slopes) { function.apply($0[0], slopes: $0[1]) }
    #expect(values.isMarginUntouched && slopes.isMarginUntouched)
    return (values.table, slopes.table)
  }
}
