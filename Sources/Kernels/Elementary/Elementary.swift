// The elementary functions on rows of floats, for modules that cannot inline the vector forms. Each
// result depends on its element alone: the bits are the same at every position and for every count.

/// e^x of each element; `destination` may be `source`.
public func exponential(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, count: Int
) {
  map(source, destination, count) { exponential($0) }
}

/// log x of each element; `destination` may be `source`.
public func naturalLogarithm(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, count: Int
) {
  map(source, destination, count) { naturalLogarithm($0) }
}

/// tanh x of each element; `destination` may be `source`.
public func hyperbolicTangent(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, count: Int
) {
  map(source, destination, count) { hyperbolicTangent($0) }
}

/// 1/(1 + e^−x) of each element; `destination` may be `source`.
public func logistic(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, count: Int
) {
  map(source, destination, count) { logistic($0) }
}

/// log(1 + e^x) of each element; `destination` may be `source`.
public func softplus(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, count: Int
) {
  map(source, destination, count) { softplus($0) }
}

/// Applies `function` vector by vector; the last, shorter vector is padded with ones.
@inline(__always)
private func map(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, _ count: Int,
  _ function: (Vector) -> Vector
) {
  for start in stride(from: 0, to: count, by: laneCount) {
    let remaining = count - start
    // One call of `function` for both cases: it is long, and a second copy is not inlined.
    let isWhole = remaining >= laneCount
    var vector = Vector(repeating: 1)
    if isWhole {
      vector = load(source + start)
    } else {
      for lane in 0..<remaining { vector[lane] = source[start + lane] }
    }
    vector = function(vector)
    if isWhole {
      store(vector, destination + start)
    } else {
      for lane in 0..<remaining { destination[start + lane] = vector[lane] }
    }
  }
}
