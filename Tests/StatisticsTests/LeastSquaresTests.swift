import Statistics
import Testing
import TestSupport

@Suite struct LeastSquaresTests {
  /// (1, 1), (2, 2), (3, 2): by hand 14w + 6b = 11 and 6w + 3b = 5, so w = ½ and b = ⅔.
  @Test func `a line solved by hand`() {
    let line = LeastSquares([[1, 1], [2, 1], [3, 1]], targets: [1, 2, 2])
    #expect(isNear(line.weights, [0.5, 2.0 / 3], condition: 46))
    #expect(abs(line.prediction([4, 1]) - 8.0 / 3) <= 46 * 10 * doubleRoundoff)
  }

  @Test func `as many samples as weights are met exactly`() {
    let square = LeastSquares([[2, 1, 0], [0, 1, -1], [1, 0, 3]], targets: [4, -1, 10])
    #expect(isNear(square.weights, [1, 2, 3], condition: 100))
  }

  /// The normal equations' weights are those of Householder's reflections, which never form XᵀX.
  @Test(arguments: 0..<20)
  func `random systems agree with an orthogonal decomposition`(seed: Int) {
    var numbers = TestNumbers(seed: 100 + seed)
    let rows = (0..<20).map { _ in (0..<4).map { _ in numbers.normal() } }
    let targets = (0..<20).map { _ in numbers.normal() }
    let found = LeastSquares(rows, targets: targets).weights
    // 20 × 4 normal numbers have a condition below 5, squared by the normal equations.
    #expect(isNear(found, householder(rows, targets), condition: 25 * 20))
    let rest = zip(rows, targets).map { LeastSquares(rows, targets: targets).prediction($0) - $1 }
    for column in 0..<4 {
      let product = zip(rows, rest).reduce(0) { $0 + $1.0[column] * $1.1 }
      #expect(abs(product) <= 25 * 20 * 20 * doubleRoundoff, "the rest leans on column \(column)")
    }
  }

  /// Columns of very different size are as good as equal ones: Cholesky's factor does not care.
  @Test func `columns of any scale`() {
    let rows = [[1e8, 1e-6], [2e8, 1e-6], [3e8, 1e-6]]
    let weights = LeastSquares(rows, targets: [1, 2, 2]).weights
    #expect(isNear([weights[0] * 1e8, weights[1] * 1e-6], [0.5, 2.0 / 3], condition: 46))
  }

  @Test(arguments: [
    [[1.0, 2], [2, 4], [3, 6]], [[0.1, 0.3], [0.2, 0.6], [0.7, 2.1]], [[0, 1], [0, 2]],
    [[1, 1, 2], [2, 1, 3], [5, 1, 6], [-1, 1, 0]], [[1, 2]],
  ])
  func `columns that depend on one another have no single solution`(rows: [[Double]]) {
    let weights = LeastSquares(rows, targets: rows.map { _ in 1 }).weights
    #expect(weights.contains { $0.isNaN }, "\(weights)")
  }

  /// Of equal columns every one gets the same part: w = Σxt / (2Σx² + λ).
  @Test(arguments: [1e-6, 0.5, 100])
  func `a penalty makes the solution single`(ridge: Double) {
    let x = [1.0, 2, 3]
    let weights = LeastSquares(x.map { [$0, $0] }, targets: [1, 2, 2], ridge: ridge).weights
    let expected = 11 / (28 + ridge)
    // XᵀX + λI has the eigenvalues 28 + λ and λ.
    #expect(isNear(weights, [expected, expected], condition: (28 + ridge) / ridge))
  }

  @Test func `a positive definite system is solved by its lower triangle`() {
    let found = LeastSquares.solve([[4, .nan, .nan], [2, 5, .nan], [1, 3, 6]], [7, 10, 10])
    #expect(isNear(found, [1, 1, 1], condition: 10))
    // Eigenvalues 3 and −1.
    #expect(LeastSquares.solve([[1, 2], [2, 1]], [1, 1]).contains { $0.isNaN })
  }

  /// Both roads lead to the same weights, and only one of them squares the condition.
  @Test(arguments: 0..<20)
  func `orthogonalization finds the weights of an orthogonal decomposition`(seed: Int) throws {
    var numbers = TestNumbers(seed: seed)
    let columns = (0..<4).map { _ in (0..<20).map { _ in numbers.normal() } }
    let targets = (0..<20).map { _ in numbers.normal() }
    let rows = (0..<20).map { row in columns.map { $0[row] } }
    let found = try #require(LeastSquares(orthogonalizing: columns, targets: targets)).weights
    #expect(isNear(found, householder(rows, targets), condition: 25 * 20))
  }

  @Test func `columns that span one another are not orthogonalized`() {
    for columns in [[[1.0, 2, 5], [2, 4, 10]], [[1, 2, 3], [1, 1, 1], [3, 4, 5]], [[0, 0]]] {
      #expect(LeastSquares(orthogonalizing: columns, targets: columns[0]) == nil, "\(columns)")
    }
  }

  /// The mean of 1 and 4 is 2½, but (1 − w)² + (1 − w/4)² is least at (1 + ¼) / (1 + 1/16) = 20/17.
  @Test func `relative errors weigh small values more`() throws {
    let found = try #require(LeastSquares(basis: [[1, 1]], relativeTo: [1, 4])).weights
    #expect(isNear(found, [20.0 / 17], condition: 1))
    let exact = try #require(LeastSquares(basis: [[1, 1], [1, 2]], relativeTo: [5, 7])).weights
    #expect(isNear(exact, [3, 2], condition: 46))
  }

  @Test func `the slope of a line through the origin`() {
    #expect(LeastSquares.slope([1, 2], [2, 4]) == 2)
    // (1 · 1 + 2 · 4) / (1 + 4).
    #expect(LeastSquares.slope([1, 2], [1, 4]) == 9.0 / 5)
    #expect(LeastSquares.slope([0, 0], [1, 4]) == nil && LeastSquares.slope([], []) == nil)
  }

  /// Equal up to the condition of the system times a few roundings of numbers up to 10.
  private func isNear(_ found: [Double], _ expected: [Double], condition: Double) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) <= condition * 100 * doubleRoundoff }
  }

  /// The least squares solution by reflecting column after column onto an axis (Golub, Van Loan
  /// 2013, section 5.3.2).
  private func householder(_ rows: [[Double]], _ targets: [Double]) -> [Double] {
    let columns = rows[0].count
    var a = zip(rows, targets).map { $0 + [$1] }
    for k in 0..<columns {
      let length = (k..<a.count).reduce(0) { $0 + a[$1][k] * a[$1][k] }.squareRoot()
      var v = a.map { $0[k] }
      for i in 0..<k { v[i] = 0 }
      v[k] += v[k] >= 0 ? length : -length
      let square = v.reduce(0) { $0 + $1 * $1 }
      for column in k...columns {
        let share = 2 * a.indices.reduce(0) { $0 + v[$1] * a[$1][column] } / square
        for i in a.indices { a[i][column] -= share * v[i] }
      }
    }
    var w = Array(repeating: 0.0, count: columns)
    for i in (0..<columns).reversed() {
      w[i] = (i + 1..<columns).reduce(a[i][columns]) { $0 - a[i][$1] * w[$1] } / a[i][i]
    }
    return w
  }
}
