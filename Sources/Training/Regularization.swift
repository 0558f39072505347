import Networks

/// What keeps a network from fitting its training samples too closely, besides the optimizer's weight decay. It
/// acts on training alone.
public struct Regularization: Codable, Equatable, Sendable {
  /// Dropout: the probability that a unit of a hidden layer is dropped for a sample, in 0 ..< 1.
  public var dropout: Double
  /// The probability that an input is dropped for a sample, in 0 ..< 1.
  public var inputDropout: Double
  /// The greatest norm that the incoming weights of a unit keep after a step; nil for any.
  public var maxNorm: Double?
  /// Label smoothing ε: the share of a target that all outputs divide among themselves, in 0 ..< 1.
  public var labelSmoothing: Double

  /// No regularization.
  public static let none = Regularization()

  /// Dropout and max-norm (Srivastava et al. 2014), and label smoothing (Szegedy et al. 2016).
  ///
  /// - Parameters:
  ///   - dropout: the probability that a unit of a hidden layer is dropped; kept ones are multiplied with
  ///     1/(1 − p).
  ///   - inputDropout: that of an input.
  ///   - maxNorm: the greatest norm of a unit's incoming weights, without its bias; nil for any.
  ///   - labelSmoothing: ε of t ← (1 − ε)t + ε/K, for the softmax cross-entropy of K classes. The training loss is
  ///     that of the smoothed targets.
  public init(
    dropout: Double = 0, inputDropout: Double = 0, maxNorm: Double? = nil,
    labelSmoothing: Double = 0
  ) {
    self.dropout = dropout
    self.inputDropout = inputDropout
    self.maxNorm = maxNorm
    self.labelSmoothing = labelSmoothing
  }

  /// The masks of an epoch; nil where nothing is dropped.
  ///
  /// - Parameters:
  ///   - architecture: the network.
  ///   - seed: the seed of the training.
  ///   - epoch: counted from 0.
  /// - Returns: what the steps of the epoch drop.
  func dropout(_ architecture: Architecture, seed: UInt64, epoch: Int) -> Dropout? {
    guard dropout > 0 || inputDropout > 0 else { return nil }
    return Dropout(
      rate: dropout, inputRate: inputDropout, architecture, seed: seed, epoch: epoch)
  }

  /// The smoothing of a network's targets; nil where they stay as they are.
  func smoothing(_ architecture: Architecture) -> LabelSmoothing? {
    labelSmoothing > 0 ? LabelSmoothing(labelSmoothing, outputs: architecture.outputs) : nil
  }

  /// What is wrong with a regularization that came from outside, in words; nil for a sound one.
  func validationError() -> String? {
    for (name, rate) in [
      ("a dropout", dropout), ("an input dropout", inputDropout),
      ("a label smoothing", labelSmoothing),
    ] where !(rate >= 0 && rate < 1) {
      return "\(name) of \(rate) is not in 0 ..< 1"
    }
    // As a Float it must neither vanish nor be infinite.
    if let maxNorm, !(Float(maxNorm) > 0 && Float(maxNorm).isFinite) {
      return "a max-norm of \(maxNorm) is not a finite float above 0"
    }
    return nil
  }

  /// What of it a network cannot take, in words; nil where it takes all.
  ///
  /// - Parameter architecture: the network to train.
  /// - Returns: the fault as a clause.
  public func validationError(for architecture: Architecture) -> String? {
    let hiddenCount = architecture.layers.count - 1
    if dropout > 0 && hiddenCount == 0 { return "dropout needs a hidden layer" }
    if dropout > 0 && hiddenCount > Dropout.hiddenLayerLimit {
      return "dropout in \(hiddenCount) hidden layers, more than \(Dropout.hiddenLayerLimit)"
    }
    if labelSmoothing > 0 && architecture.loss != .softmaxCrossEntropy {
      return "label smoothing needs softmax cross-entropy"
    }
    return nil
  }
}
