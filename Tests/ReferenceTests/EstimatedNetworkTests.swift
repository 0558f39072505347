import Foundation
import Reference
import Networks
import Testing
import TestSupport

/// The judge of the trainer before other judges.
@Suite struct EstimatedNetworkTests {
  private func unit(_ logit: BoundedValue) -> EstimatedUnit { Activation.identity.estimate(logit) }

  /// L and ∂L/∂z of logits and targets, as the course writes them.
  private func formula(_ loss: Loss, _ z: [Double], _ t: [Double]) -> (Double, [Double]) {
    switch loss {
    case .squaredError:
      return (zip(z, t).reduce(0) { $0 + pow($1.0 - $1.1, 2) / 2 }, zip(z, t).map { $0 - $1 })
    case .logisticCrossEntropy:
      let y = z.map { sigmoid($0) }
      let terms = zip(z, t).map { z, t in max(z, 0) + log1p(exp(-abs(z))) - t * z }
      return (terms.reduce(0, +), zip(y, t).map { $0 - $1 })
    case .softmaxCrossEntropy:
      let largest = z.max() ?? 0
      let total = z.reduce(0) { $0 + exp($1 - largest) }
      let logarithms = z.map { $0 - largest - log(total) }
      let sum = t.reduce(0, +)
      return (
        -zip(logarithms, t).reduce(0) { $0 + $1.0 * $1.1 },
        zip(logarithms, t).map { exp($0) * sum - $1 }
      )
    }
  }

  @Test(arguments: Loss.allCases, [0, 1e-6, 1e-2, 1])
  func `losses hold what logits in their bounds give`(loss: Loss, error: Double) {
    var numbers = TestNumbers(seed: 1)
    for count in [1, 2, 10, 40] {
      for scale in [0.1, 3, 30] {
        let z = (0..<count).map { _ in BoundedValue(scale * numbers.normal(), error: error) }
        let hot = Int.random(in: 0..<count, using: &numbers)
        let targets = (0..<count).map { $0 == hot ? Float(1) : 0 }
        let found = loss.estimate(outputs: z.map(unit), targets: targets)
        for _ in 0..<10 {
          let moved = z.map { $0.value + error * numbers.uniform(-1...1) }
          let (value, errors) = formula(loss, moved, targets.map { Double($0) })
          // The test rounds numbers up to 30 · 40 a few times.
          let own = 1e5 * doubleRoundoff
          #expect(abs(found.loss.value - value) <= found.loss.error + own)
          for k in 0..<count {
            #expect(abs(found.errors[k].value - errors[k]) <= found.errors[k].error + own)
          }
        }
      }
    }
  }

  @Test(arguments: Loss.allCases)
  func `losses of exact logits are bounded to a few ulps`(loss: Loss) {
    let z = [1.5, -0.25, 0.75].map { BoundedValue($0) }
    let found = loss.estimate(outputs: z.map(unit), targets: [0, 1, 0])
    #expect(found.loss.error <= 40 * roundoff * found.loss.value)
    #expect(found.errors.allSatisfy { $0.error <= 20 * roundoff })
  }

  @Test(arguments: [Loss.logisticCrossEntropy, .softmaxCrossEntropy])
  func `huge logits stay finite`(loss: Loss) {
    let z = [1000.0, -1000, 0].map { BoundedValue($0, error: 1e-3) }
    let found = loss.estimate(outputs: z.map(unit), targets: [0, 1, 0])
    #expect(found.loss.value >= 1000 && found.loss.value.isFinite && found.loss.error < 1)
    #expect(found.errors.allSatisfy { $0.value.isFinite && $0.error.isFinite })
  }

  /// Values by the graph, which shares no line with the estimate.
  @Test(arguments: Activation.allCases, Loss.allCases)
  func `gradients are those of the graph`(activation: Activation, loss: Loss) {
    let architecture = Architecture(
      inputs: 7, hidden: [9, 5], activation: activation, outputs: 4, loss: loss)
    var numbers = TestNumbers(seed: 2)
    for count in [1, 5, 70] {
      let parameters = Parameters(architecture, seed: UInt64(count))
      let batch = Batch.random(architecture, count: count, using: &numbers)
      let graph = NetworkGraph(parameters, batch)
      let found = EstimatedNetwork(parameters).gradient(batch)
      let bounds = found.gradient.inOrder
      #expect(bounds.count == graph.gradient.count)
      for (estimate, expected) in zip(bounds, graph.gradient) {
        // Both in Double: 2⁻²⁸ of what single precision may be off.
        #expect(abs(estimate.value - expected) <= estimate.error * 0x1p-28 + 1e-40)
      }
      let mean = found.losses.reduce(0) { $0 + $1.value } / Double(count)
      #expect(abs(mean - graph.loss.value.scalar) <= 1e-12)
    }
  }

  @Test(arguments: [1, 65, 128])
  func `a mean gradient's bound shrinks to ulps for exact numbers`(count: Int) {
    let architecture = Architecture(inputs: 1, hidden: [], outputs: 1, loss: .squaredError)
    var parameters = Parameters(architecture)
    parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = 1
    let batch = Batch(
      inputs: (0..<count).map { [Float(1 + $0 % 4)] }, targets: (0..<count).map { _ in [-1] })
    let found = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder
    // y = x, so that y − t is x + 1.
    let x = (0..<count).map { Double(1 + $0 % 4) }
    let sums = [x.map { $0 * ($0 + 1) }.reduce(0, +), x.map { $0 + 1 }.reduce(0, +)]
    let expected = sums.map { $0 / Double(count) }
    for (estimate, value) in zip(found, expected) {
      #expect(abs(estimate.value - value) <= Double(count) * value * doubleRoundoff)
      // A chain of 64, its tree and the reciprocal, and the roundings of each error signal.
      #expect(estimate.error <= 80 * roundoff * value)
      #expect(estimate.error >= roundoff * value)
    }
  }

  /// w = 1, b = 0.5 and a gradient of (2, 4), with powers of 2 that nothing rounds.
  @Test(arguments: [false, true])
  func `two steps by hand`(isNesterov: Bool) {
    let architecture = Architecture(inputs: 1, hidden: [], outputs: 1, loss: .squaredError)
    func network(_ w: Float, _ b: Float) -> EstimatedNetwork {
      var parameters = Parameters(architecture)
      parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = w
      parameters.mutableMemory.biases(ofLayer: 0)[0, 0] = b
      return EstimatedNetwork(parameters)
    }
    var (place, velocity) = (network(1, 0.5), network(0, 0))
    var (w, b, v, u) = (1.0, 0.5, 0.0, 0.0)
    for _ in 0..<2 {
      place.descend(
        network(2, 4), velocity: &velocity, learningRate: 0.25, momentum: 0.5, weightDecay: 0.5,
        isNesterov: isNesterov)
      // Decay is for weights only.
      let (g, k) = (2 + 0.5 * w, 4.0)
      (v, u) = (0.5 * v + g, 0.5 * u + k)
      w -= 0.25 * (isNesterov ? g + 0.5 * v : v)
      b -= 0.25 * (isNesterov ? k + 0.5 * u : u)
    }
    #expect(place.inOrder.map(\.value) == [w, b])
    #expect(velocity.inOrder.map(\.value) == [v, u])
    #expect(place.inOrder.allSatisfy { $0.error > 0 && $0.error <= 40 * roundoff })
  }
}
