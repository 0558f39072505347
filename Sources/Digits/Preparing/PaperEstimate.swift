import Images

/// A rectangle of integers, row by row.
struct IntegerGrid {
  let height: Int
  let width: Int
  var values: [Int32]  // [height × width]

  /// Rows and columns exchanged.
  func transposed() -> IntegerGrid {
    var result = [Int32](repeating: 0, count: values.count)
    for row in 0..<height {
      for column in 0..<width { result[column * height + row] = values[row * width + column] }
    }
    return IntegerGrid(height: width, width: height, values: result)
  }

  /// The sums over squares of 2 · radius + 1 pixels, where the edge goes on outside.
  func boxSums(radius: Int) -> IntegerGrid {
    radius == 0 ? self : columnSums(radius).transposed().columnSums(radius).transposed()
  }

  private func columnSums(_ radius: Int) -> IntegerGrid {
    var result = values
    var sums = [Int32](repeating: 0, count: width)
    func start(_ row: Int) -> Int { min(max(row, 0), height - 1) * width }
    for row in -radius...radius {
      for column in 0..<width { sums[column] += values[start(row) + column] }
    }
    for row in 0..<height {
      let (added, removed) = (start(row + radius + 1), start(row - radius))
      for column in 0..<width {
        result[row * width + column] = sums[column]
        sums[column] += values[added + column] - values[removed + column]
      }
    }
    return IntegerGrid(height: height, width: width, values: result)
  }
}

extension IntegerGrid {
  /// The paper under dark ink: the morphological closing by a square, which fills what is dark and
  /// narrower than the square and leaves slopes and the edges of wide shadows as they are.
  ///
  /// Outside the picture the paper goes on as along its border.
  ///
  /// - Parameters:
  ///   - radius: half of the square's side.
  ///   - strongContrast: what differs by as much from the border's median is ink, not shade.
  /// - Returns: a grid of the same size.
  func paper(radius: Int, strongContrast: Int32) -> IntegerGrid {
    let margin = 2 * radius
    let border = BorderPaper(of: self, strongContrast: strongContrast)
    var padded = IntegerGrid(height: height + 2 * margin, width: width + 2 * margin, values: [])
    padded.values.reserveCapacity(padded.height * padded.width)
    for row in -margin..<height + margin {
      let inside = min(max(row, 0), height - 1)
      let isOutside = row != inside
      if isOutside {
        padded.values += repeatElement(border[inside, 0], count: margin)
        for column in 0..<width { padded.values.append(border[inside, column]) }
        padded.values += repeatElement(border[inside, width - 1], count: margin)
      } else {
        padded.values += repeatElement(border[row, 0], count: margin)
        padded.values += values[row * width..<(row + 1) * width]
        padded.values += repeatElement(border[row, width - 1], count: margin)
      }
    }
    let closed = padded.columnExtrema(radius, max).transposed().columnExtrema(radius, max)
      .columnExtrema(radius, min).transposed().columnExtrema(radius, min)
    var result = IntegerGrid(height: height, width: width, values: [])
    result.values.reserveCapacity(values.count)
    for row in margin..<height + margin {
      let start = row * closed.width + margin
      result.values += closed.values[start..<start + width]
    }
    return result
  }

  /// The extremum of each pixel and the `radius` pixels above and below it, in time that does not
  /// depend on the radius: the extrema from the start and to the end of blocks of rows are combined.
  /// Within `radius` rows of the top and the bottom more rows than these may count.
  ///
  /// Source: M. van Herk, Pattern Recognition Letters 13 (1992), pages 517–521.
  @inline(__always)
  private func columnExtrema(
    _ radius: Int, _ extremum: (Int32, Int32) -> Int32
  ) -> IntegerGrid {
    let side = 2 * radius + 1
    var fromStart = values
    for row in 1..<max(1, height) where row % side != 0 {
      for index in row * width..<(row + 1) * width {
        fromStart[index] = extremum(fromStart[index], fromStart[index - width])
      }
    }
    var toEnd = values
    for row in (0..<height - 1).reversed() where (row + 1) % side != 0 {
      for index in row * width..<(row + 1) * width {
        toEnd[index] = extremum(toEnd[index], toEnd[index + width])
      }
    }
    var result = values
    for row in 0..<height {
      let first = max(0, row - radius) * width
      let last = min(height - 1, row + radius) * width
      for column in 0..<width {
        result[row * width + column] = extremum(toEnd[first + column], fromStart[last + column])
      }
    }
    return IntegerGrid(height: height, width: width, values: result)
  }
}

/// The brightness of the paper along the border of a picture: the median of an eighth of the border
/// around each place, which follows shade and passes over strokes that touch the border.
///
/// A frame is paper, since it is everywhere. A stroke along one side, as the bar of a tightly cut 7,
/// is not: it is far darker than the median of the whole border, which takes its place.
private struct BorderPaper {
  private let height: Int
  private let width: Int
  private let step: Int
  private let medians: [Int32]

  init(of grid: IntegerGrid, strongContrast: Int32) {
    height = grid.height
    width = grid.width
    let ring = Self.ring(height: height, width: width).map { grid.values[$0] }
    step = (ring.count + 255) / 256
    let samples = stride(from: 0, to: ring.count, by: step).map { ring[$0] }
    let reach = samples.count / 16
    let whole = ring.sorted()[ring.count / 2]
    let range = (grid.values.max() ?? 0) - (grid.values.min() ?? 0)
    medians = samples.indices.map { middle in
      let window = (-reach...reach).map { samples[(middle + $0 + samples.count) % samples.count] }
      let median = window.sorted()[reach]
      let isInk = whole - median >= strongContrast && 5 * (whole - median) > 3 * range
      return isInk ? whole : median
    }
  }

  /// The paper at a pixel of the border.
  subscript(row: Int, column: Int) -> Int32 {
    medians[Self.place(row, column, height: height, width: width) / step]
  }

  /// The indices of the border's pixels, clockwise from the top left.
  private static func ring(height: Int, width: Int) -> [Int] {
    guard height > 1 && width > 1 else { return Array(0..<height * width) }
    return (0..<width).map { $0 } + (1..<height).map { $0 * width + width - 1 }
      + (0..<width - 1).reversed().map { (height - 1) * width + $0 }
      + (1..<height - 1).reversed().map { $0 * width }
  }

  /// Where in the ring a pixel of the border stands.
  private static func place(_ row: Int, _ column: Int, height: Int, width: Int) -> Int {
    if height == 1 || width == 1 { return row + column }
    if row == 0 { return column }
    if column == width - 1 { return width - 1 + row }
    if row == height - 1 { return 2 * (width - 1) + height - 1 - column }
    return 2 * (width - 1) + 2 * (height - 1) - row
  }
}
