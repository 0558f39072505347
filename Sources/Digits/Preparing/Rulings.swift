extension IntegerGrid {
  /// The grid with ruled lines set to 0: thin lines from the left border to the right, tilted by a
  /// sixteenth at most.
  ///
  /// A line is where, along one slope, 85 % of the columns are above the threshold. It is cleared
  /// in a strip of a fortieth of the height, but not where something much stronger than the line's
  /// median crosses it: that is ink. A picture of fewer than 40 rows has no lines, since strokes are
  /// as thin there.
  ///
  /// - Parameters:
  ///   - threshold: what stands out from the paper.
  ///   - noise: the standard deviation of the paper.
  /// - Returns: a grid of the same size.
  func clearedOfRulings(threshold: Int32, noise: Int32) -> IntegerGrid {
    let thickness = height / 40
    guard thickness >= 1 else { return self }
    var cleared = self
    let columns = Array(stride(from: 0, to: width, by: max(1, width / 256)))
    let steepest = width / 16
    for slope in stride(from: -steepest, through: steepest, by: max(1, thickness / 3)) {
      let drops = columns.map { Self.drop(slope, $0, width) }
      let all = (0..<width).map { Self.drop(slope, $0, width) }
      for row in 0..<height {
        guard let median = lineMedian(row, columns, drops, threshold, thickness) else { continue }
        let limit = median * 8 / 5 + 3 * noise
        for (column, drop) in all.enumerated() {
          let middle = row + drop
          let first = max(0, middle - thickness / 2 - 1)
          let last = min(height - 1, middle + thickness / 2 + 1)
          guard first <= last else { continue }
          for line in first...last where values[line * width + column] <= limit {
            cleared.values[line * width + column] = min(0, values[line * width + column])
          }
        }
      }
    }
    return cleared
  }

  /// How many rows a line through the middle has gone down at a column.
  private static func drop(_ slope: Int, _ column: Int, _ width: Int) -> Int {
    let numerator = slope * (2 * column - width)
    return (numerator >= 0 ? numerator : numerator - 2 * width + 1) / (2 * width)
  }

  /// The median along a line if the line is above the threshold nearly everywhere, and what is above
  /// and below it is not: the edge of a sheet is no line.
  private func lineMedian(
    _ row: Int, _ columns: [Int], _ drops: [Int], _ threshold: Int32, _ thickness: Int
  ) -> Int32? {
    var inside = 0
    var above = 0
    for (index, column) in columns.enumerated() {
      let line = row + drops[index]
      guard line >= 0 && line < height else { continue }
      inside += 1
      if values[line * width + column] > threshold { above += 1 }
      // Too many gaps already: most rows end here.
      if (inside - above) * 100 > 15 * columns.count { return nil }
    }
    guard 2 * inside > columns.count, above * 100 >= 85 * inside else { return nil }
    for aside in [row - thickness - 1, row + thickness + 1] {
      let count = zip(columns, drops).count { column, drop in
        (0..<height).contains(aside + drop) && values[(aside + drop) * width + column] > threshold
      }
      guard 2 * count < columns.count else { return nil }
    }
    let along = zip(columns, drops).compactMap { column, drop in
      (0..<height).contains(row + drop) ? values[(row + drop) * width + column] : nil
    }.sorted()
    return along[along.count / 2]
  }
}
