/// A connected part of a picture: pixels that touch by a side or a corner.
struct ConnectedPart {
  var rows: ClosedRange<Int>
  var columns: ClosedRange<Int>
  /// The number of pixels.
  var area = 0
  /// The sum of all values.
  var mass = 0
  /// The largest value.
  var peak: Int32 = 0

  /// The longer side of the box.
  var longerSide: Int { max(rows.count, columns.count) }

  /// The number of pixels between two boxes along the axis on which they are farther apart; 0 where
  /// they overlap or touch.
  func gap(to other: ConnectedPart) -> Int {
    max(
      rows.lowerBound - other.rows.upperBound - 1, other.rows.lowerBound - rows.upperBound - 1,
      columns.lowerBound - other.columns.upperBound - 1,
      other.columns.lowerBound - columns.upperBound - 1, 0)
  }

  /// Whether the other's box lies inside this one's.
  func surrounds(_ other: ConnectedPart) -> Bool {
    rows.lowerBound < other.rows.lowerBound && rows.upperBound > other.rows.upperBound
      && columns.lowerBound < other.columns.lowerBound
      && columns.upperBound > other.columns.upperBound
  }
}

/// All connected parts of what is above a threshold.
struct ConnectedParts {
  /// The number of the part of each pixel, from 1; 0 is none.
  let labels: [Int32]
  let parts: [ConnectedPart]

  init(of grid: IntegerGrid, above threshold: Int32) {
    let (height, width) = (grid.height, grid.width)
    var labels = [Int32](repeating: 0, count: grid.values.count)
    var parts: [ConnectedPart] = []
    var open: [Int] = []
    for seed in labels.indices where grid.values[seed] > threshold && labels[seed] == 0 {
      let number = Int32(parts.count + 1)
      var part = ConnectedPart(
        rows: seed / width...seed / width, columns: seed % width...seed % width)
      labels[seed] = number
      open.append(seed)
      while let pixel = open.popLast() {
        let (row, column) = (pixel / width, pixel % width)
        part.rows = min(part.rows.lowerBound, row)...max(part.rows.upperBound, row)
        part.columns = min(part.columns.lowerBound, column)...max(part.columns.upperBound, column)
        part.area += 1
        part.mass += Int(grid.values[pixel])
        part.peak = max(part.peak, grid.values[pixel])
        for line in max(0, row - 1)...min(height - 1, row + 1) {
          for place in max(0, column - 1)...min(width - 1, column + 1) {
            let neighbour = line * width + place
            if labels[neighbour] == 0 && grid.values[neighbour] > threshold {
              labels[neighbour] = number
              open.append(neighbour)
            }
          }
        }
      }
      parts.append(part)
    }
    self.labels = labels
    self.parts = parts
  }
}
