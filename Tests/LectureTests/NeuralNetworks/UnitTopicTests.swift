import Lecture
import Testing
import TestSupport

@Suite struct UnitTopicTests {
  /// The penalized cross-entropy is convex: where its gradient is 0, there is its minimum.
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `C1's judge stands where the gradient vanishes`(seed: UInt64) async throws {
    let lesson = try await lesson("C1", seed: seed)
    let table = try lesson.table("Weights")
    let w = try ["w₁", "w₂", "b"].map { try table.column($0)[1] }
    var samples: [(x: [Double], t: Double)] = []
    for target in [0, 1] {
      let points = try lesson.points("class \(target)")
      samples += points.map { ([$0.x, $0.y, 1], Double(target)) }
    }
    #expect(samples.count == 120)
    var gradient = [w[0] / 32, w[1] / 32, 0]
    for sample in samples {
      let z = zip(w, sample.x).reduce(0) { $0 + $1.0 * $1.1 }
      let error = sigmoid(z) - sample.t
      for j in 0..<3 { gradient[j] += error * sample.x[j] / 120 }
    }
    // Sums of 120 numbers up to 4, in the judge's steps and here.
    #expect(gradient.allSatisfy { abs($0) <= 2 * 120 * 4 * doubleRoundoff }, "\(gradient)")
    let trained = try ["w₁", "w₂", "b"].map { try table.column($0)[0] }
    #expect(zip(trained, w).allSatisfy { abs($0 - $1) <= 1e-5 })
  }
}
