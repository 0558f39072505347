extension FeaturePictures {
  /// The order of units on a contact sheet.
  public enum Order: String, CaseIterable, Sendable {
    /// The largest Euclidean norm of the weights first, so that what learned stands ahead of what
    /// did not. Equal norms keep the order of their indices; a unit with a weight that is not
    /// finite counts as infinite and is seen first.
    case norm
    /// As they stand in the layer.
    case index
    /// By the class that each serves, the one to which its outgoing weight is largest; within a class
    /// by norm. Where no outgoing weights are known, by norm.
    case servedClass = "class"
    /// Neighbours look alike: a path through the units along which the cosines of neighbours' weights
    /// have a large sum. See `similarityPath`. Empty units and those beyond the 2,048 of the largest
    /// norm follow by norm.
    case similarity
  }

  /// The indices of all units in an order.
  public func indices(in order: Order) -> [Int] {
    switch order {
    case .norm: byNorm
    case .index: Array(0..<units)
    case .servedClass:
      byNorm.enumerated().map { (served: votes(ofUnit: $1)?.strongest ?? 0, rank: $0, unit: $1) }
        .sorted { ($0.served, $0.rank) < ($1.served, $1.rank) }.map(\.unit)
    case .similarity: bySimilarity
    }
  }

  private var byNorm: [Int] { (0..<units).sorted { (-norms[$0], $0) < (-norms[$1], $1) } }

  private var bySimilarity: [Int] {
    let empty = Set(emptyUnits)
    let ordered = byNorm
    let compared = ordered.filter { norms[$0].isFinite && !empty.contains($0) }
      .prefix(Self.mostCompared)
    let taken = Set(compared)
    let path = similarityPath(
      compared.map { unit in weights(ofUnit: unit).map { Double($0) / norms[unit] } })
    return path.map { compared[$0] } + ordered.filter { !taken.contains($0) }
  }

  /// The most units that are compared with each other: the time grows with the square.
  private static let mostCompared = 2048
}

/// An order of vectors in which neighbours are alike.
///
/// It begins with the first vector, takes the nearest of the others again and again (the
/// nearest-neighbour method for the travelling salesman: Rosenkrantz, Stearns, Lewis, "An analysis of
/// several heuristics for the traveling salesman problem", 1977), and then reverses pieces of the path
/// as long as that brings neighbours closer (2-opt: Croes, "A method for solving traveling-salesman
/// problems", 1958).
///
/// - Parameter vectors: of length 1, all with as many elements.
/// - Returns: their indices; the same for the same vectors.
func similarityPath(_ vectors: [[Double]]) -> [Int] {
  let count = vectors.count
  guard count > 2 else { return Array(0..<count) }
  var cosines = [Float](repeating: 0, count: count * count)
  for first in 0..<count {
    for second in 0..<first {
      let cosine = Float(dot(vectors[first], vectors[second]))
      cosines[first * count + second] = cosine
      cosines[second * count + first] = cosine
    }
  }

  var path = [0]
  var rest = Array(1..<count)
  while let last = path.last, !rest.isEmpty {
    var nearest = 0
    for place in rest.indices
    where cosines[last * count + rest[place]] > cosines[last * count + rest[nearest]] {
      nearest = place
    }
    path.append(rest.remove(at: nearest))
  }

  func cosine(_ first: Int, _ second: Int) -> Float { cosines[path[first] * count + path[second]] }
  // Each reversal makes the path better by more than a rounding, so it ends; the bound is for the time.
  for _ in 0..<100 {
    var isImproved = false
    for start in 1..<count - 1 {
      for end in start + 1..<count {
        let isLast = end == count - 1
        let before = cosine(start - 1, start) + (isLast ? 0 : cosine(end, end + 1))
        let after = cosine(start - 1, end) + (isLast ? 0 : cosine(start, end + 1))
        guard after > before + 1e-5 else { continue }
        path[start...end].reverse()
        isImproved = true
      }
    }
    if !isImproved { break }
  }
  return path
}

private func dot(_ first: [Double], _ second: [Double]) -> Double {
  var sums = (0.0, 0.0, 0.0, 0.0)
  let quads = first.count / 4 * 4
  for index in stride(from: 0, to: quads, by: 4) {
    sums.0 += first[index] * second[index]
    sums.1 += first[index + 1] * second[index + 1]
    sums.2 += first[index + 2] * second[index + 2]
    sums.3 += first[index + 3] * second[index + 3]
  }
  for index in quads..<first.count { sums.0 += first[index] * second[index] }
  return (sums.0 + sums.1) + (sums.2 + sums.3)
}
