import Networks
import NumberText
import Training

/// The units of a network that are 0 for all images of a set: dead ones.
public struct Silence: Sendable {
  /// The indices of the dead units of each hidden layer.
  public let units: [[Int]]
  /// The images that were looked at, in words: `all 4,000 training images`.
  public let images: String

  /// Looks for dead units among a thousand images and, if some seem to be, among all, or as many as
  /// take no more than some tenths of a second.
  ///
  /// - Parameters:
  ///   - model: the network.
  ///   - samples: the training images.
  ///   - workers: the number of threads.
  public init(of model: Model, on samples: SampleSet, workers: Int) {
    var units = model.parameters.silentUnits(on: samples, workers: workers)
    let limit = max(1000, Self.multiplyAdds / model.architecture.weightCount)
    if units.contains(where: { !$0.isEmpty }) {
      units = model.parameters.silentUnits(on: samples, atMost: limit, workers: workers)
    }
    self.units = units
    images =
      limit >= samples.count
      ? "all \(grouped(samples.count)) training images"
      : "\(grouped(limit)) of the \(grouped(samples.count)) training images"
  }

  private static let multiplyAdds = 40_000_000_000
}
