import Foundation
import Kernels
import Networks
import Reference
import Statistics
import Training

/// A network with one hidden layer, fitted to the target of topic C7.
struct CurveFit {
  let parameters: Parameters
  /// Root mean square over 512 places.
  let error: Double

  static func target(_ x: Double) -> Double { sin(3 * x) }

  /// x, and a constant whose random weights let the units bend in different places from the start.
  static func inputs(_ x: Double) -> [Float] { [Float(x), 1] }

  /// Places in the middle of equal parts of −2 … 2.
  private static func places(_ count: Int) -> [Double] {
    (0..<count).map { Double(Float(-2 + 4 * (Double($0) + 0.5) / Double(count))) }
  }

  private static func samples(_ count: Int) -> SampleSet {
    let places = places(count)
    return SampleSet(
      inputs: .floats(places.flatMap(inputs)), inputWidth: 2,
      targets: .vectors(places.map { Float(target($0)) }, width: 1), count: count)
  }

  private init(_ parameters: Parameters) {
    self.parameters = parameters
    let loss = parameters.evaluate(on: Self.samples(512), workers: 1).evaluation.loss
    error = (2 * loss).squareRoot()
  }

  private static func architecture(_ activation: Activation, _ width: Int) -> Architecture {
    Architecture(
      inputs: 2, hidden: [width], activation: activation, outputs: 1, loss: .squaredError)
  }

  /// Units that bend or step in evenly spaced places, with the output weights of least squares.
  init(placing activation: Activation, width: Int) {
    var network = Parameters(Self.architecture(activation, width))
    // The first ReLU bends at the left end: its straight piece reaches over all.
    let bends = [.relu, .softplus, .gelu].contains(activation)
    let gap = 4 / Double(bends ? width : width + 1)
    // Of smooth units, neighbours overlap.
    let steepness = activation == .threshold || activation == .relu ? 1 : 1 / gap
    for unit in 0..<width {
      let place = -2 + gap * Double(bends ? unit : unit + 1)
      network.mutableMemory.weights(ofLayer: 0)[0, unit] = Float(steepness)
      network.mutableMemory.biases(ofLayer: 0)[0, unit] = Float(-steepness * place)
    }
    let hidden = network.layer(0)
    let places = Self.places(512)
    let rows = places.map { place in
      hidden.outputs(for: Self.inputs(place)).map { Double($0) } + [1]
    }
    // A trace of a penalty, where a unit is the same at all places.
    let weights = LeastSquares(rows, targets: places.map(Self.target), ridge: 1e-9).weights
    for unit in 0..<width {
      network.mutableMemory.weights(ofLayer: 1)[unit, 0] = Float(weights[unit])
    }
    network.mutableMemory.biases(ofLayer: 1)[0, 0] = Float(weights[width])
    self.init(network)
  }

  /// The best of some trainings from random weights.
  init(training activation: Activation, width: Int, seeds: [UInt64]) throws {
    let fits = try seeds.map { seed in
      let trainer = Trainer(
        Self.architecture(activation, width), training: Self.samples(128),
        settings: TrainingSettings(
          epochs: 3000, batchSize: 32, learningRate: 0.1 / Double(width).squareRoot(),
          schedule: .oneCycle, optimizer: .sgd(momentum: 0.9), seed: seed),
        workers: 1)
      try trainer.run()
      return CurveFit(trainer.parameters)
    }
    self = fits.min { $0.error < $1.error } ?? fits[0]
  }

  /// The error of the best line.
  static var linearOptimum: Double {
    let places = places(512)
    let line = LeastSquares(places.map { [$0, 1] }, targets: places.map(target))
    let squares = places.map { line.prediction([$0, 1]) - target($0) }.map { $0 * $0 }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }
}
