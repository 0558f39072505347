import Kernels

/// The bfloat16 copies of all factors of matrix products in a training step: weights, inputs of
/// layers and error signals. Each copy is paired along the inner index of its product.
final class BFloat16Operands {
  private let block: Block<UInt32>
  /// The unit that multiplies them.
  let unit: BFloat16Unit
  /// The first layer that multiplies bfloat16 numbers; it is the second where the first skips
  /// zeros.
  private let firstLayer: Int

  // One matrix per layer; matrices that are not needed are empty.

  /// Weights, [⌈inputs/2⌉ × outputs], paired along the inputs: for the forward product.
  let weights: [BFloat16PairMatrix]
  /// Weights, [inputs × ⌈outputs/2⌉], paired along the outputs: for the backward product.
  let outputWeights: [BFloat16PairMatrix]
  /// Inputs, [capacity × ⌈inputs/2⌉], paired along the inputs: for the forward product.
  let inputs: [BFloat16PairMatrix]
  /// Inputs, [⌈capacity/2⌉ × inputs], for the matrix unit [inputs × ⌈capacity/2⌉], paired along the
  /// samples: for the gradient.
  let sampleInputs: [BFloat16PairMatrix]
  /// Error signals, [⌈capacity/2⌉ × outputs], paired along the samples: for the gradient.
  let sampleErrors: [BFloat16PairMatrix]

  /// Copies for mini-batches of up to `capacity` samples.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - capacity: the maximum number of samples.
  ///   - skipsZeros: whether the first layer multiplies floats and skips zeros.
  ///   - unit: the instructions.
  init(_ architecture: Architecture, capacity: Int, skipsZeros: Bool, unit: BFloat16Unit) {
    precondition(unit.isUsable, "this build has no instructions for bfloat16")
    self.unit = unit
    firstLayer = skipsZeros ? 1 : 0
    let halfCapacity = (capacity + 1) / 2
    var shapes: [[(rows: Int, columns: Int)]] = Array(repeating: [], count: 5)
    for (index, layer) in architecture.layers.enumerated() {
      let (ins, outs) = (architecture.inputs(ofLayer: index), layer.outputs)
      let needed = [
        ((ins + 1) / 2, outs), (ins, (outs + 1) / 2), (capacity, (ins + 1) / 2),
        unit.hasBlocks ? (ins, halfCapacity) : (halfCapacity, ins), (halfCapacity, outs),
      ]
      for (kind, shape) in needed.enumerated() {
        // No error signals go backward from the first layer.
        let isNeeded = index >= firstLayer && (index > 0 || kind != 1)
        shapes[kind].append(isNeeded ? shape : (0, 0))
      }
    }
    let block = Block<UInt32>(
      count: shapes.joined().map { BFloat16PairMatrix.count(rows: $0.rows, columns: $0.columns) }
        .reduce(0, +))
    var offset = 0
    let matrices = shapes.map { shapes in
      shapes.map { rows, columns in
        defer { offset += BFloat16PairMatrix.count(rows: rows, columns: columns) }
        return BFloat16PairMatrix(block, at: offset, rows: rows, columns: columns)
      }
    }
    self.block = block
    weights = matrices[0]
    outputWeights = matrices[1]
    inputs = matrices[2]
    sampleInputs = matrices[3]
    sampleErrors = matrices[4]
  }

  /// Whether the products of a layer have bfloat16 factors.
  func serve(layer: Int) -> Bool { layer >= firstLayer }

  /// Rounds the weights of a range of inputs of a layer; the range begins with an even input.
  func round(_ weights: Matrix, ofInputs inputs: Range<Int>, layer: Int, stores: StorePolicy) {
    guard serve(layer: layer) else { return }
    pairRows(
      weights[rows: inputs],
      into: self.weights[layer][rows: inputs.lowerBound / 2..<(inputs.upperBound + 1) / 2],
      stores: stores)
    if layer > 0 {
      pairColumns(
        weights[rows: inputs], into: outputWeights[layer][rows: inputs], stores: stores)
    }
  }

  /// Rounds the inputs of a layer, [rows × inputs]; `rows` begins with an even row.
  func round(inputs: Matrix, ofRows rows: Range<Int>, layer: Int, stores: StorePolicy) {
    pairColumns(inputs, into: self.inputs[layer][rows: rows])
    let pairs = pairs(ofRows: rows)
    if unit.hasBlocks {
      pairRows(
        inputs, transposedInto: sampleInputs[layer], from: pairs.lowerBound, stores: stores)
    } else {
      pairRows(inputs, into: sampleInputs[layer][rows: pairs], stores: stores)
    }
  }

  /// Rounds the error signals of a layer, [rows × outputs]; `rows` begins with an even row.
  func round(errors: Matrix, ofRows rows: Range<Int>, layer: Int, stores: StorePolicy) {
    guard serve(layer: layer) else { return }
    pairRows(errors, into: sampleErrors[layer][rows: pairs(ofRows: rows)], stores: stores)
  }

  /// The factors of a layer's gradient over some rows, which begin at a leaf and end at one or with the
  /// mini-batch.
  func gradientFactors(ofLayer layer: Int, rows: Range<Int>) -> GradientFactors {
    let pairs = pairs(ofRows: rows)
    let (inputs, errors) = (sampleInputs[layer], sampleErrors[layer][rows: pairs])
    return unit.hasBlocks
      ? GradientFactors(
        transposedInputs: inputs[columns: pairs], errors: errors, samples: rows.count, unit: unit)
      : GradientFactors(inputs: inputs[rows: pairs], errors: errors, samples: rows.count)
  }

  private func pairs(ofRows rows: Range<Int>) -> Range<Int> {
    precondition(rows.lowerBound % 2 == 0, "a shard that begins with an odd row")
    return rows.lowerBound / 2..<(rows.upperBound + 1) / 2
  }
}
