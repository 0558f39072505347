import Kernels
import Networks
import Reference
import Training

// Units and layers of the trainer that a topic looks at by themselves.

extension Parameters {
  /// A single unit y = φ(wᵀx + b) with weights that are thought up.
  package static func unit(
    _ activation: Activation, weights: [Double], bias: Double
  ) -> Parameters {
    var unit = Parameters(
      Architecture(
        inputs: weights.count, hidden: [], outputs: 1, outputActivation: activation,
        loss: .squaredError))
    for (input, weight) in weights.enumerated() {
      unit.mutableMemory.weights(ofLayer: 0)[input, 0] = Float(weight)
    }
    unit.mutableMemory.biases(ofLayer: 0)[0, 0] = Float(bias)
    return unit
  }

  /// A network of nothing but one of the layers.
  package func layer(_ index: Int) -> Parameters {
    var copy = Parameters(
      Architecture(
        inputs: architecture.inputs(ofLayer: index), layers: [architecture.layers[index]],
        loss: .squaredError))
    let (from, to) = (weights(ofLayer: index), copy.mutableMemory.weights(ofLayer: 0))
    for output in 0..<from.columns {
      for input in 0..<from.rows { to[input, output] = from[input, output] }
      copy.mutableMemory.biases(ofLayer: 0)[0, output] = biases(ofLayer: index)[0, output]
    }
    return copy
  }
}

extension Activation {
  /// φ at some places by units of the trainer.
  package func networkValues(_ points: [Double]) -> [Double] {
    units(points).outputs(for: [0]).map { Double($0) }
  }

  /// φ′ at some places, as the trainer's backward pass has it: of the squared error, a bias has the
  /// error signal (y − t) φ′(z), here with y − t near 1.
  package func networkSlopes(_ points: [Double]) -> [Double] {
    let units = units(points)
    let outputs = units.outputs(for: [0])
    let targets = outputs.map { $0 - 1 }
    let gradient = units.gradient(Batch(inputs: [[0]], targets: [targets]))
    return zip(gradient.suffix(points.count), zip(outputs, targets)).map {
      Double($0) / Double($1.0 - $1.1)
    }
  }

  /// A layer whose units have their places as biases and nothing else.
  private func units(_ points: [Double]) -> Parameters {
    var layer = Parameters(
      Architecture(
        inputs: 1, hidden: [], outputs: points.count, outputActivation: self, loss: .squaredError))
    for (unit, point) in points.enumerated() {
      layer.mutableMemory.biases(ofLayer: 0)[0, unit] = Float(point)
    }
    return layer
  }
}
