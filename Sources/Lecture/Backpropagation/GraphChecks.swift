import Foundation
import Graphs

// What the error signals of a graph of numbers are compared with.

extension Graph {
  /// The largest distance between a node's error signal and Σⱼ v̄ⱼ ∂vⱼ/∂vᵢ over its children j, and
  /// how many rounding allows of it.
  ///
  /// - Parameter loss: the node of the last backward pass, whose own error signal has to be 1.
  /// - Returns: the largest distance, and the largest share of what rounding allows; more than 1 is a
  ///   fault.
  func errorSignalsAgainstChildren(of loss: Node) -> (distance: Double, share: Double) {
    let nodes = nodes
    var sums = nodes.map { $0.index == loss.index ? 1.0 : 0 }
    var sizes = sums
    var counts = nodes.map { _ in 0.0 }
    for child in nodes where child.index <= loss.index {
      for (parent, slope) in zip(child.parents, child.slopes) {
        let term = child.errorSignal.scalar * (slope?.scalar ?? .nan)
        sums[parent.index] += term
        sizes[parent.index] += abs(term)
        counts[parent.index] += 1
      }
    }
    let distances = nodes.map { abs($0.errorSignal.scalar - sums[$0.index]) }
    // Each product and each partial sum is rounded once, here and in the backward pass.
    let shares = nodes.indices.map {
      distances[$0] == 0 ? 0 : distances[$0] / (2 * (counts[$0] + 1) * 0x1p-53 * sizes[$0])
    }
    return (maximum(of: distances), maximum(of: shares))
  }
}

/// (L(x + h) − L(x − h)) / 2h for a graph of numbers.
struct CentralDifference {
  let value: Double
  /// What truncation and rounding allow it to be off by.
  let bound: Double

  /// The central difference with the narrowest bound of many steps h.
  ///
  /// A step of h is good where h² L‴ and the rounding of L over h are both small. The truncation error
  /// h²/6 |L‴| is a third of the change that a doubled h makes, and taken whole. There is none where
  /// a rectifier bends at x, or where L has no value on one side of it.
  ///
  /// - Parameters:
  ///   - loss: L, the node of the last backward pass.
  ///   - input: x.
  init?(of loss: Node, by input: Node) {
    let graph = loss.graph
    let x = input.value.scalar
    defer {
      graph.set(input, to: RealMatrix(x))
      graph.forward()
    }
    // Each node rounds by up to 4 halves of an ulp, which reach L times its error signal; twice as
    // much has room for what they are beside x.
    let rounding = graph.nodes.reduce(0) {
      $0 + 8 * 0x1p-53 * abs($1.errorSignal.scalar * $1.value.scalar)
    }
    let own = 16 * Double(graph.nodes.count) * 0x1p-53 * abs(input.errorSignal.scalar)
    let scale = x == 0 ? 1 : max(1, Double(sign: .plus, exponent: x.exponent, significand: 1))

    var best: (value: Double, bound: Double)?
    for exponent in stride(from: 6, through: 48, by: 3) {
      let h = scale * Double(sign: .plus, exponent: -exponent, significand: 1)
      let losses = [-2, -1, 0, 1, 2].map { step -> (value: Double, sides: [Bool]) in
        graph.set(input, to: RealMatrix(x + step * h))
        graph.forward()
        let rectified = graph.nodes.filter { $0.operation == "relu" }
        return (loss.value.scalar, rectified.map { $0.parents[0].value.scalar > 0 })
      }
      guard losses.allSatisfy({ $0.value.isFinite && $0.sides == losses[2].sides }) else {
        continue
      }
      let narrow = (losses[3].value - losses[1].value) / (2 * h)
      let wide = (losses[4].value - losses[0].value) / (4 * h)
      let bound = abs(wide - narrow) + rounding / h + own
      if bound < best?.bound ?? .infinity { best = (narrow, bound) }
    }
    guard let best else { return nil }
    (value, bound) = best
  }
}
