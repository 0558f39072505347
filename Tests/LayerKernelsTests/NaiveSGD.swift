import KernelsTestSupport
import LayerKernels

/// SGD by the book, weight by weight.
struct NaiveSGD {
  var learningRate: Float
  var momentum: Float
  var weightDecay: Float
  var isNesterov: Bool

  var step: UpdateStep {
    .sgd(
      SGD(
        learningRate: learningRate, momentum: momentum, weightDecay: weightDecay,
        isNesterov: isNesterov))
  }

  /// The decayed gradients: g + weightDecay·w.
  func decayed(_ gradient: Table, weights: Table) -> Table {
    Table(rows: weights.rows, columns: weights.columns) { row, column in
      gradient[row, column].addingProduct(weightDecay, weights[row, column])
    }
  }

  /// v ← momentum·v + g; w ← w − learningRate·d, where d is v, or g + momentum·v for Nesterov's
  /// variant, or g where there is no velocity.
  func take(_ gradient: Table, weights: inout Table, velocity: inout Table?) {
    let decayed = decayed(gradient, weights: weights)
    for row in 0..<weights.rows {
      for column in 0..<weights.columns {
        let g = decayed[row, column]
        var direction = g
        if let old = velocity?[row, column] {
          let new = g.addingProduct(momentum, old)
          velocity?[row, column] = new
          direction = isNesterov ? g.addingProduct(momentum, new) : new
        }
        weights[row, column] = weights[row, column].addingProduct(-learningRate, direction)
      }
    }
  }
}

/// The squares of 16 neighbours in a row, added by halves in Double: 0 + 8, 4 + 12, …
func naiveSquares(_ gradient: Table) -> [Double] {
  (0..<gradient.rows).flatMap { row in
    stride(from: 0, to: gradient.columns, by: 16).map { first in
      var squares = (first..<first + 16).map { column in
        let element = column < gradient.columns ? Double(gradient[row, column]) : 0
        return element * element
      }
      while squares.count > 1 {
        let half = squares.count / 2
        squares = (0..<half).map { squares[$0] + squares[$0 + half] }
      }
      return squares[0]
    }
  }
}
