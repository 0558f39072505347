import Pictures

extension HeatMap {
  /// A function on a part of the plane, taken in the middle of each cell.
  ///
  /// - Parameters:
  ///   - label: the words beside the scale of colors.
  ///   - cells: the number of cells in each direction.
  ///   - horizontal: x₁ from border to border.
  ///   - vertical: x₂ from border to border.
  ///   - range: the values at the ends of the palette; nil for the lowest and the highest.
  ///   - contours: the values along which contour lines run.
  ///   - value: the function at [x₁, x₂].
  init(
    _ label: String, cells: Int, horizontal: ClosedRange<Double>, vertical: ClosedRange<Double>,
    range: ClosedRange<Double>? = nil, contours: [Double] = [], value: ([Double]) -> Double
  ) {
    func middle(_ range: ClosedRange<Double>, _ cell: Int) -> Double {
      let share = (Double(cell) + 0.5) / Double(cells)
      return range.lowerBound + share * (range.upperBound - range.lowerBound)
    }
    let values = (0..<cells * cells).map { index in
      value([middle(horizontal, index % cells), middle(vertical, index / cells)])
    }
    self.init(
      label, values: values, columns: cells, rows: cells, horizontal: horizontal,
      vertical: vertical, range: range, contours: contours)
  }
}
