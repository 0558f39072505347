import Foundation
import Pictures
import Randomness
import Statistics

/// Polynomials through the ten points of topic C10, of all degrees, and of one with all λ.
struct PolynomialFits {
  private typealias Errors = (training: Double, test: Double)

  private let noisy: NoisySine
  private let degree: Int
  /// By degree, from 0.
  private let degrees: [Errors]
  /// Of the degree, from λ = 10⁻¹² to 100.
  private let ridges: [(ridge: Double, errors: Errors)]

  init(_ noisy: NoisySine, degree: Int) {
    self.noisy = noisy
    self.degree = degree
    degrees = (0...9).map { noisy.errors(noisy.fit(degree: $0)) }
    ridges = (-24...4).map { exponent in
      let ridge = pow(10, Double(exponent) / 2)
      return (ridge: ridge, errors: noisy.errors(noisy.fit(degree: degree, ridge: ridge)))
    }
  }

  private var best: (ridge: Double, errors: Errors) {
    ridges.min { $0.errors.test < $1.errors.test } ?? ridges[0]
  }

  var table: NumberTable {
    var table = NumberTable(
      "Polynomials through 10 points of sin 2πx + noise, root mean square errors",
      columns: ["degree", "on the points", "on sin 2πx"])
    for shown in Set([0, 1, 3, 5, 7, 9, degree]).sorted() {
      table.add(
        .whole(shown), .number(degrees[shown].training, digits: 3),
        .number(degrees[shown].test, digits: 3))
    }
    table.add(
      .text("\(degree), λ = \(significant(best.ridge, 1))"),
      .number(best.errors.training, digits: 3), .number(best.errors.test, digits: 3))
    return table
  }

  func claim(_ shown: inout Demonstration) {
    shown.claim(
      "a higher degree comes nearer to the points, each time",
      found: degrees.map { significant($0.training, 2) }.joined(separator: ", "),
      // Up to the rounding of the last one, which is 0.
      holds: zip(degrees, degrees.dropFirst()).allSatisfy { $0.training > $1.training })
    let statements = [
      "degree 9 passes through all points",
      "and is farther from the sine than a lower degree",
      "with the right λ degree 9 is nearer than without, and too large a λ is worse again",
    ]
    guard degree == 9 else {
      for statement in statements {
        shown.leaveOut(
          statement, because: "degree \(degree) has \(degree + 1) coefficients for 10 points")
      }
      return
    }
    shown.claim(
      statements[0], found: significant(degrees[9].training, 2),
      // Legendre polynomials at 10 even places have a condition below 10⁵ in the normal equations.
      holds: degrees[9].training <= 1e5 * 100 * 0x1p-53)
    let lowest = degrees.indices.min { degrees[$0].test < degrees[$1].test } ?? 0
    shown.claim(
      statements[1],
      found: "\(significant(degrees[9].test, 2)) against \(significant(degrees[lowest].test, 2)) "
        + "of degree \(lowest)",
      holds: lowest < 9 && degrees[9].test > degrees[lowest].test)
    let largest = ridges[ridges.count - 1]
    shown.claim(
      statements[2],
      found: "\(significant(best.errors.test, 2)) at λ = \(significant(best.ridge, 1)), "
        + "\(significant(largest.errors.test, 2)) at λ = 100",
      holds: best.errors.test < degrees[9].test && best.errors.test < largest.errors.test)
  }

  /// The polynomial, the errors by degree, and those by λ.
  var plots: [Plot] {
    let x = stride(from: 0.0, through: 1.0001, by: 0.005)
    func curve(_ coefficients: [Double]) -> [Series.Point] {
      x.map { Series.Point($0, NoisySine.value(coefficients, $0)) }
    }
    func errors(_ error: (Errors) -> Double) -> [Series.Point] {
      degrees.enumerated().map { Series.Point(Double($0), error($1)) }
    }
    return [
      Plot(
        title: "Polynomials", horizontal: Axis("x", range: 0...1),
        vertical: Axis("t", range: -2...2),
        series: [
          Series("sin 2πx", x.map { Series.Point($0, sin(2 * .pi * $0)) }, color: 6),
          Series("degree \(degree)", curve(noisy.fit(degree: degree)), color: 1),
          Series(
            "degree \(degree), λ = \(significant(best.ridge, 1))",
            curve(noisy.fit(degree: degree, ridge: best.ridge)), color: 0),
          Series(
            nil, zip(noisy.x, noisy.t).map { Series.Point($0, $1) }, style: .points, color: 4),
        ]),
      Plot(
        title: "By degree", horizontal: Axis("degree"), vertical: Axis("error", range: 0...1.2),
        series: [
          Series(
            nil, [Series.Point(Double(degree), 0), Series.Point(Double(degree), 1.2)],
            style: .dashedLine, color: 6),
          Series("on the points", errors(\.training), style: .lineAndPoints, color: 0),
          Series("on sin 2πx", errors(\.test), style: .lineAndPoints, color: 1),
        ]),
      Plot(
        title: "Degree \(degree) by λ",
        horizontal: Axis("λ", scale: .logarithmic, range: 1e-12...100),
        vertical: Axis("error", range: 0...1.2),
        series: [
          Series("on the points", ridges.map { Series.Point($0.ridge, $0.errors.training) }),
          Series("on sin 2πx", ridges.map { Series.Point($0.ridge, $0.errors.test) }),
        ]),
    ]
  }
}

/// Ten points of a sine with noise, and polynomials through them.
struct NoisySine {
  let x: [Double]
  let t: [Double]

  init(using chance: inout Chance) {
    x = (0..<10).map { Double($0) / 9 }
    t = x.map { sin(2 * .pi * $0) + 0.3 * chance.normal() }
  }

  /// The Legendre polynomials of degree 0 … M at x in 0…1 (Abramowitz, Stegun 22.7.10), which make
  /// normal equations of a moderate condition.
  private static func basis(_ degree: Int, _ x: Double) -> [Double] {
    let z = 2 * x - 1
    var values = [1, z]
    for n in 1..<max(degree, 2) {
      values.append((Double(2 * n + 1) * z * values[n] - Double(n) * values[n - 1]) / Double(n + 1))
    }
    return Array(values.prefix(degree + 1))
  }

  /// The coefficients of the polynomial of a degree with the least squares.
  func fit(degree: Int, ridge: Double = 0) -> [Double] {
    LeastSquares(x.map { Self.basis(degree, $0) }, targets: t, ridge: ridge).weights
  }

  static func value(_ coefficients: [Double], _ x: Double) -> Double {
    dot(coefficients, basis(coefficients.count - 1, x))
  }

  /// Root mean square errors on the points and on the sine between them.
  func errors(_ coefficients: [Double]) -> (training: Double, test: Double) {
    func rootMeanSquare(_ errors: [Double]) -> Double {
      (dot(errors, errors) / Double(errors.count)).squareRoot()
    }
    let between = (0...200).map { Double($0) / 200 }
    return (
      rootMeanSquare(zip(x, t).map { Self.value(coefficients, $0) - $1 }),
      rootMeanSquare(between.map { Self.value(coefficients, $0) - sin(2 * .pi * $0) })
    )
  }
}
