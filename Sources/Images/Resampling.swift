/// Brings images from one size to another: by the average over areas along an axis that shrinks, by
/// linear interpolation between pixel centres along one that grows.
///
/// out[y, x] = Σᵢⱼ v[y, i] · h[x, j] · in[i, j] / (V · H), rounded once, half up. The weights are
/// integers with the constant sums V and H, so the result is exact and alike on every system.
package struct Resampling {
  private let from: ImageSize
  private let vertical: [Taps]  // [to.height]
  private let horizontal: [Taps]  // [to.width]
  private let total: Int

  /// The weights between two sizes, which many images can share.
  package init(from: ImageSize, to: ImageSize) {
    self.from = from
    vertical = taps(from: from.height, to: to.height)
    horizontal = taps(from: from.width, to: to.width)
    total = vertical[0].sum * horizontal[0].sum
  }

  /// Brings one image to the other size.
  ///
  /// - Parameter pixels: `from.height` × `from.width` bytes.
  /// - Returns: `to.height` × `to.width` bytes.
  package func apply(to pixels: ArraySlice<UInt8>) -> [UInt8] {
    precondition(pixels.count == from.pixelCount, "the pixels are not of size \(from)")
    let columns = horizontal.count
    var narrowed = [Int](repeating: 0, count: from.height * columns)
    for row in 0..<from.height {
      let start = pixels.startIndex + row * from.width
      for (column, taps) in horizontal.enumerated() {
        var sum = 0
        for (tap, weight) in taps.weights.enumerated() {
          sum += weight * Int(pixels[start + taps.first + tap])
        }
        narrowed[row * columns + column] = sum
      }
    }

    var result = [UInt8]()
    result.reserveCapacity(vertical.count * columns)
    for taps in vertical {
      for column in 0..<columns {
        var sum = 0
        for (tap, weight) in taps.weights.enumerated() {
          sum += weight * narrowed[(taps.first + tap) * columns + column]
        }
        result.append(UInt8((2 * sum + total) / (2 * total)))
      }
    }
    return result
  }
}

/// The inputs that one output along an axis is made of: `weights` on those from `first` on.
private struct Taps {
  var first: Int
  var weights: [Int]
  var sum: Int { weights.reduce(0, +) }
}

private func taps(from: Int, to: Int) -> [Taps] {
  (0..<to).map { to > from ? interpolation($0, from, to) : average($0, from, to) }
}

/// The overlap of output `index` with each input, in units of which an input spans `to` and an
/// output `from`.
private func average(_ index: Int, _ from: Int, _ to: Int) -> Taps {
  let start = index * from
  let end = start + from
  let first = start / to
  let last = (end - 1) / to
  return Taps(
    first: first,
    weights: (first...last).map { min(end, ($0 + 1) * to) - max(start, $0 * to) })
}

/// The inputs left and right of the centre of output `index`, which lies (index + ½) · from / to − ½
/// inputs after the centre of the first; beyond the outer centres the edge goes on.
private func interpolation(_ index: Int, _ from: Int, _ to: Int) -> Taps {
  let unit = 2 * to
  let position = (2 * index + 1) * from - to
  if position < 0 { return Taps(first: 0, weights: [unit]) }
  let left = position / unit
  if left >= from - 1 { return Taps(first: from - 1, weights: [unit]) }
  let part = position % unit
  return Taps(first: left, weights: [unit - part, part])
}
