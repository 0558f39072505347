import Kernels
import KernelsTestSupport
import Testing

@Suite struct MatrixTests {
  @Test(arguments: uglySizes)
  func `rows are padded to whole vectors`(columns: Int) {
    let padded = paddedToLanes(columns)
    #expect(padded >= columns && padded < columns + laneCount && padded.isMultiple(of: laneCount))
    let stride = rowStride(columns)
    let block = Block<Float>(count: 3 * stride)
    withExtendedLifetime(block) {
      let matrix = Matrix(block, rows: 3, columns: columns)
      #expect(matrix.rows == 3 && matrix.columns == columns && matrix.stride == stride)
      for column in 0..<columns { matrix[2, column] = Float(column) }
      #expect((0..<columns).allSatisfy { block[2 * stride + $0] == Float($0) })
    }
  }

  @Test func `rows start in different sets of the cache`() {
    for columns in 1...2000 {
      let (padded, stride) = (paddedToLanes(columns), rowStride(columns))
      #expect(stride == padded || stride == padded + laneCount)
      #expect(!(stride * 4).isMultiple(of: 512))
    }
  }

  @Test func `a view of some rows looks into the same memory`() {
    let held = HeldMatrix(Table(rows: 9, columns: 5) { Float($0 * 5 + $1) })
    withViews(held) { views in
      let view = views[0][rows: 4..<6]
      #expect(view.rows == 2 && view.columns == 5 && view.stride == views[0].stride)
      #expect(view[1, 2] == 27)
      view[0, 0] = -1
      #expect(views[0][4, 0] == -1)
      #expect(views[0][rows: 3..<3].rows == 0)
      #expect(views[0][rows: 9..<9].rows == 0)
    }
  }

  @Test func `clearing reaches the rows with their padding and no others`() {
    let held = HeldMatrix(rows: 6, columns: 17, repeating: 3)
    withViews(held) { $0[0][rows: 1..<4].clear() }
    let expected = Table(rows: 6, columns: 17) { row, _ in (1..<4).contains(row) ? 0 : 3 }
    expectSameBits(held.table, expected)
    #expect(held.padding.count { $0.bitPattern == 0 } == 3 * 15)
    #expect(held.padding.count(where: \.isNaN) == 3 * 15)
    #expect(held.isMarginUntouched)
  }

  @Test(arguments: [(1, 1), (3, 16), (5, 17), (64, 10)])
  func `one element that is not finite is found anywhere`(rows: Int, columns: Int) {
    let numbers = Table(rows: rows, columns: columns) { row, column in
      (row + column).isMultiple(of: 2) ? .greatestFiniteMagnitude : -.leastNonzeroMagnitude
    }
    #expect(withViews(HeldMatrix(numbers, padding: 0)) { $0[0].isFinite })
    for value in [Float.infinity, -.infinity, .nan] {
      for row in 0..<rows {
        for column in 0..<columns {
          var wrong = numbers
          wrong[row, column] = value
          #expect(!withViews(HeldMatrix(wrong, padding: 0)) { $0[0].isFinite })
        }
      }
      if columns % laneCount != 0 {
        #expect(!withViews(HeldMatrix(numbers, padding: value)) { $0[0].isFinite })
      }
    }
  }

  @Test func `a matrix without rows is finite`() {
    #expect(withViews(HeldMatrix(rows: 0, columns: 4, repeating: 0)) { $0[0].isFinite })
  }
}
