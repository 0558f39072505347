import Kernels
import KernelsTestSupport
import LayerKernels
import Testing

@Suite struct SampleRowsTests {
  @Test(arguments: [0, 1, 2, 15, 16, 17, 63, 64, 65, 257, 784])
  func `bytes are scaled one by one`(width: Int) {
    // Every byte value comes, and samples lie one after the other without alignment.
    let bytes = (0..<3 * width).map { UInt8(truncatingIfNeeded: $0 * 167 + 3) }
    for scale: Float in [1 / 255, 1, -0.5] {
      let matrix = HeldMatrix(rows: 5, columns: width, repeating: 9)
      withViews(matrix) { views in
        for sample in 0..<3 {
          fillRow(
            sample + 1, of: views[0], bytes: bytes, offset: sample * width, scale: scale)
        }
      }
      let expected = Table(rows: 5, columns: width) { row, column in
        (1...3).contains(row) ? Float(bytes[(row - 1) * width + column]) * scale : 9
      }
      expectSameBits(matrix.table, expected)
      expectZeroPadding(matrix, rows: 1...3)
    }
  }

  @Test func `the last sample may end with the last byte`() {
    let matrix = HeldMatrix(rows: 1, columns: 16, repeating: 0)
    let bytes = [UInt8](0..<19)
    withViews(matrix) { fillRow(0, of: $0[0], bytes: bytes, offset: 3, scale: 1) }
    #expect(matrix.table.elements == (3..<19).map { Float($0) })
  }

  @Test(arguments: uglySizes)
  func `floats keep their bits`(width: Int) {
    let special: [Float] = [-0.0, .nan, .infinity, 0.1, .leastNonzeroMagnitude]
    let floats = (0..<3 * width).map { special[$0 % special.count] }
    let matrix = HeldMatrix(rows: 5, columns: width, repeating: 9)
    withViews(matrix) { views in
      for sample in 0..<3 {
        fillRow(sample + 1, of: views[0], floats: floats, offset: sample * width)
      }
    }
    let expected = Table(rows: 5, columns: width) { row, column in
      (1...3).contains(row) ? floats[(row - 1) * width + column] : 9
    }
    expectSameBits(matrix.table, expected)
    expectZeroPadding(matrix, rows: 1...3)
  }

  @Test(arguments: [1, 2, 10, 15, 16, 17, 256])
  func `a class is a single one among zeros`(classes: Int) {
    for index in [0, classes / 2, classes - 1] {
      let matrix = HeldMatrix(rows: 3, columns: classes, repeating: 9)
      withViews(matrix) { fillRow(1, of: $0[0], oneAt: index) }
      let expected = Table(rows: 3, columns: classes) { row, column in
        row != 1 ? 9 : column == index ? 1 : 0
      }
      expectSameBits(matrix.table, expected)
      expectZeroPadding(matrix, rows: 1...1)
    }
  }

  static let ties: [(values: [Float], expected: Int)] = [
    ([3], 0), ([1, 2], 1), ([2, 1], 0), ([5, 5], 0), ([1, 7, 7, 2, 7], 1), ([-3, -1, -2], 1),
    ([0, -0.0], 0), ([-0.0, 0], 0), ([-.infinity, -.infinity], 0), ([-.infinity, -1], 1),
    ([1, .infinity, .infinity], 1),
  ]

  @Test(arguments: ties)
  func `the first of the largest values is named`(values: [Float], expected: Int) {
    let matrix = HeldMatrix(Table(rows: 2, columns: values.count) { $0 == 0 ? 99 : values[$1] })
    #expect(withViews(matrix) { indexOfLargest(inRow: 1, of: $0[0]) } == expected)
  }

  @Test func `the largest value is found at every place and not in the padding`() {
    for columns in [1, 15, 16, 17, 40] {
      for place in 0..<columns {
        let table = Table(rows: 1, columns: columns) { Float($1 == place ? 1 : -$1) }
        let found = withViews(HeldMatrix(table, padding: 1000)) {
          indexOfLargest(inRow: 0, of: $0[0])
        }
        #expect(found == place)
      }
    }
  }

  private func expectZeroPadding(_ matrix: HeldMatrix, rows: ClosedRange<Int>) {
    let zeros = matrix.padding.count { $0.bitPattern == 0 }
    #expect(zeros == rows.count * (paddedToLanes(matrix.columns) - matrix.columns))
    #expect(matrix.isMarginUntouched)
  }
}
