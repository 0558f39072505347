import Files
import Kernels
import LayerKernels
import NumberText

/// The memory of `Parameters`, or of anything of their shape (a gradient, a velocity): one flat block
/// with a view for each layer, which the workers of a step change at the same time.
///
/// A layer's weights are stored as [inputs × outputs], the outputs padded to whole vectors, followed
/// by its biases. Files have PyTorch's order: `weight` [outputs × inputs], then `bias`.
package final class ParameterMemory {
  /// The architecture that gives the shapes.
  package let architecture: Architecture
  package let block: Block<Float>
  private let offsets: [(weights: Int, biases: Int)]

  /// Memory that is all +0.
  package init(_ architecture: Architecture) {
    self.architecture = architecture
    var offsets: [(weights: Int, biases: Int)] = []
    var end = 0
    for (index, layer) in architecture.layers.enumerated() {
      let stride = rowStride(layer.outputs)
      let biases = end + architecture.inputs(ofLayer: index) * stride
      offsets.append((weights: end, biases: biases))
      end = biases + stride
    }
    self.offsets = offsets
    block = Block(count: end)
  }

  /// A copy that shares no memory.
  package func copy() -> ParameterMemory {
    let other = ParameterMemory(architecture)
    other.copy(from: self)
    return other
  }

  /// Copies the values from memory of the same architecture.
  package func copy(from other: ParameterMemory) {
    precondition(
      architecture == other.architecture,
      "parameters of \(other.architecture) do not fit \(architecture)")
    block.copy(from: other.block)
  }

  /// Copies a layer's values from memory whose layer has the same shape.
  func copyLayer(_ layer: Int, from other: ParameterMemory) {
    for (own, values) in [
      (weights(ofLayer: layer), other.weights(ofLayer: layer)),
      (biases(ofLayer: layer), other.biases(ofLayer: layer)),
    ] {
      precondition(
        own.rows == values.rows && own.columns == values.columns, "a layer of another shape")
      for row in 0..<own.rows {
        for column in 0..<own.columns { own[row, column] = values[row, column] }
      }
    }
  }

  /// The number of floats in the memory of such a network, padding included.
  package static func paddedCount(_ architecture: Architecture) -> Int {
    architecture.layers.indices.reduce(0) { count, layer in
      count + (architecture.inputs(ofLayer: layer) + 1)
        * rowStride(architecture.layers[layer].outputs)
    }
  }

  /// Adds the values of memory of the same architecture, once to each.
  package func add(_ other: ParameterMemory) {
    precondition(
      architecture == other.architecture,
      "sums of \(other.architecture) do not fit \(architecture)")
    Kernels.add(other.block, 0..<block.count, to: block, at: 0)
  }

  /// The weights of a layer, [inputs × outputs].
  package func weights(ofLayer layer: Int) -> Matrix {
    Matrix(
      block, at: offsets[layer].weights, rows: architecture.inputs(ofLayer: layer),
      columns: architecture.layers[layer].outputs)
  }

  /// The biases of a layer, [1 × outputs].
  package func biases(ofLayer layer: Int) -> Matrix {
    Matrix(
      block, at: offsets[layer].biases, rows: 1, columns: architecture.layers[layer].outputs)
  }

  /// Scales the incoming weights of units back whose norm is greater than `limit`.
  ///
  /// - Parameters:
  ///   - layer: the layer of the units.
  ///   - outputs: which units, from one multiple of `laneCount` to another, at most to the layer's padded end.
  ///   - limit: the maximum norm.
  /// - Returns: what is not finite.
  package func limitNorms(
    ofLayer layer: Int, outputs: Range<Int>, to limit: Float
  ) -> UpdateFailure? {
    LayerKernels.limitNorms(of: weights(ofLayer: layer), columns: outputs, to: limit)
  }

  /// Where a layer's weights and biases begin in memory, in floats.
  package func offsets(ofLayer layer: Int) -> (weights: Int, biases: Int) { offsets[layer] }
}

// MARK: - The order of files

extension ParameterMemory {
  /// The tensors in PyTorch's names and order: `layer0.weight` [outputs × inputs], `layer0.bias`,
  /// `layer1.weight` …
  ///
  /// - Parameter prefix: stands before each name.
  /// - Returns: the weights and the biases of each layer, copied.
  package func tensors(prefix: String = "") -> [Safetensors.Tensor] {
    architecture.layers.indices.flatMap { tensors(ofLayer: $0, prefix: prefix) }
  }

  /// A layer's part of `tensors(prefix:)`.
  func tensors(ofLayer layer: Int, prefix: String = "") -> [Safetensors.Tensor] {
    let weights = weights(ofLayer: layer)
    let biases = biases(ofLayer: layer)
    var values: [Float] = []
    values.reserveCapacity(weights.rows * weights.columns)
    for output in 0..<weights.columns {
      for input in 0..<weights.rows { values.append(weights[input, output]) }
    }
    return [
      Safetensors.Tensor(
        name: "\(prefix)layer\(layer).weight", shape: [weights.columns, weights.rows],
        values: values),
      Safetensors.Tensor(
        name: "\(prefix)layer\(layer).bias", shape: [biases.columns],
        values: (0..<biases.columns).map { biases[0, $0] }),
    ]
  }

  /// Sets all values from tensors in the order of `tensors(prefix:)`.
  ///
  /// - Precondition: names and shapes are those of `tensors(prefix:)`; readers check them first.
  func setValues(from tensors: ArraySlice<Safetensors.Tensor>) {
    precondition(
      tensors.count == 2 * architecture.layers.count,
      "\(tensors.count) tensors for \(architecture.layers.count) layers of two")
    var next = tensors.makeIterator()
    for layer in architecture.layers.indices {
      guard let weight = next.next(), let bias = next.next() else { return }
      let weights = weights(ofLayer: layer)
      let biases = biases(ofLayer: layer)
      for output in 0..<weights.columns {
        for input in 0..<weights.rows {
          weights[input, output] = weight.values[output * weights.rows + input]
        }
        biases[0, output] = bias.values[output]
      }
    }
  }

  /// The first layer's weights, [outputs × inputs]: each row is an image of the feature that its
  /// unit detects (lecture C5).
  package var firstLayerWeights: [Float] { tensors(ofLayer: 0)[0].values }

  /// The weights' fingerprint: SHA-256 over all values in the order of `tensors(prefix:)`, as
  /// little-endian floats, −0 written as +0. Equal fingerprints mean equal networks, to the bit.
  package var fingerprint: String {
    var hash = SHA256()
    for layer in architecture.layers.indices {
      for tensor in tensors(ofLayer: layer) {
        hash.update(littleEndianBytes(of: tensor.values.lazy.map { $0 == 0 ? 0 : $0 }))
      }
    }
    return hexadecimal(hash.finalize())
  }

  /// The first layer that has a non-finite value, or nil.
  package var firstLayerWithNonFiniteValue: Int? {
    architecture.layers.indices.first { layer in
      !weights(ofLayer: layer).isFinite || !biases(ofLayer: layer).isFinite
    }
  }
}
