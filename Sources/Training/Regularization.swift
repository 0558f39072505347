import Networks

/// What keeps a network from fitting its training samples too closely, besides the optimizer's weight decay. It
/// acts on training alone.
public struct Regularization: Codable, Equatable, Sendable {
  /// Dropout: the probability that a unit of a hidden layer is dropped for a sample, in 0 ..< 1.
  public var dropout: Double
  /// The probability that an input is dropped for a sample, in 0 ..< 1.
  public var inputDropout: Double

  /// No regularization.
  public static let none = Regularization()

  /// Inverted dropout (Srivastava et al. 2014): what is kept is multiplied with 1/(1 − p).
  ///
  /// - Parameters:
  ///   - dropout: the probability that a unit of a hidden layer is dropped.
  ///   - inputDropout: that of an input.
  public init(dropout: Double = 0, inputDropout: Double = 0) {
    self.dropout = dropout
    self.inputDropout = inputDropout
  }

  /// The masks of an epoch; nil where nothing is dropped.
  ///
  /// - Parameters:
  ///   - architecture: the network.
  ///   - seed: the seed of the training.
  ///   - epoch: counted from 0.
  func dropout(_ architecture: Architecture, seed: UInt64, epoch: Int) -> Dropout? {
    guard dropout > 0 || inputDropout > 0 else { return nil }
    return Dropout(
      rate: dropout, inputRate: inputDropout, architecture, seed: seed, epoch: epoch)
  }

  /// What is wrong with a regularization that came from outside, in words; nil for a sound one.
  func validationError() -> String? {
    for (name, rate) in [("a dropout", dropout), ("an input dropout", inputDropout)]
    where !(rate >= 0 && rate < 1) {
      return "\(name) of \(rate) is not in 0 ..< 1"
    }
    return nil
  }

  /// What of it a network cannot take, in words; nil where it takes all.
  ///
  /// - Parameter architecture: the network to train.
  /// - Returns: the fault as a clause.
  public func validationError(for architecture: Architecture) -> String? {
    let hiddenCount = architecture.layers.count - 1
    if dropout > 0 {
      if hiddenCount == 0 { return "dropout needs a hidden layer" }
      if hiddenCount > Dropout.hiddenLayerLimit {
        return "dropout in \(hiddenCount) hidden layers, more than \(Dropout.hiddenLayerLimit)"
      }
    }
    return nil
  }
}
