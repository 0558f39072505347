/// Numbers of samples at which a gradient's leaves and the levels of their tree begin or end.
package let gradientSampleCounts = [1, 2, 63, 64, 65, 127, 128, 129, 192, 257, 448, 1000]

/// The gradient by the book, the judge of `storeGradient` and of update rules: leaves of 64 samples,
/// each one chain in the order of the batch, added in a tree, multiplied once with 1/samples.
///
/// - Parameters:
///   - inputs: [samples × inputs].
///   - errors: [samples × outputs].
/// - Returns: [inputs × outputs].
package func naiveGradient(inputs: Table, errors: Table) -> Table {
  let samples = errors.rows
  return Table(rows: inputs.columns, columns: errors.columns) { input, output in
    let leaves = stride(from: 0, to: samples, by: 64).map { first in
      var sum: Float = 0
      for sample in first..<min(first + 64, samples) {
        sum = sum.addingProduct(inputs[sample, input], errors[sample, output])
      }
      return sum
    }
    return sumInTree(leaves) * (1 / Float(samples))
  }
}
