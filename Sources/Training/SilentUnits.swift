import Kernels
import Networks

extension Parameters {
  /// The units of each hidden layer that are 0 for all of some samples, and so take no part in the
  /// network: rectifiers and thresholds whose weighted sum is never positive. A rectifier in this
  /// state gets no gradient either, it is "dead" (Maas, Hannun, Ng 2013).
  ///
  /// - Parameters:
  ///   - samples: a set that fits the architecture.
  ///   - limit: the most samples that are looked at, spread evenly over the set.
  ///   - workers: the number of threads.
  /// - Returns: the numbers of such units for each hidden layer; none for layers of other activations.
  public func silentUnits(
    on samples: SampleSet, atMost limit: Int = 1000, workers: Int
  ) -> [[Int]] {
    let hidden = architecture.layers.dropLast()
    guard hidden.contains(where: \.activation.canBeSilent) else {
      return hidden.map { _ in [] }
    }
    let count = min(samples.count, limit)
    let selection = (0..<count).map { Int32($0 * samples.count / count) }
    let active = (0..<workers).map { _ in hidden.map { Block<UInt8>(count: $0.outputs) } }
    forEachSample(samples, selection, workers: workers) { memory, row, _, worker in
      for (layer, units) in zip(hidden.indices, active[worker])
      where hidden[layer].activation.canBeSilent {
        let values = memory.values[layer]
        for unit in 0..<units.count where values[row, unit] > 0 { units[unit] = 1 }
      }
    }
    return hidden.enumerated().map { index, layer in
      guard layer.activation.canBeSilent else { return [] }
      return (0..<layer.outputs).filter { unit in active.allSatisfy { $0[index][unit] == 0 } }
    }
  }
}
