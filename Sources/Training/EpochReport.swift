/// The results of an epoch. It holds no times, so that it is the same on every machine.
public struct EpochReport: Codable, Equatable, Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The steps taken since the start of training.
  public let steps: Int
  /// The learning rate of the epoch's last step.
  public let learningRate: Double
  /// Mean loss and number of correct predictions on the training samples, each with the weights of
  /// its step.
  public let training: Evaluation
  /// Mean loss and number of correct predictions on the validation set, with the weights at the end
  /// of the epoch.
  public let validation: Evaluation?
  /// The same on the test set, where there is no validation set.
  public let test: Evaluation?
  /// The norm of the gradient, the root mean square over the epoch's steps, the L² penalty
  /// included; nil where it was not requested.
  public let gradientNorm: Double?

  /// The held-out part: validation, or test where nothing was set aside.
  public var heldOut: Evaluation? { validation ?? test }
}

/// Why training is over.
public enum StopReason: String, Codable, Sendable {
  /// All epochs are done.
  case epochs
  /// The validation loss has not improved for too long; the best weights are back.
  case earlyStopping
  /// The gradient's norm fell below the threshold.
  case gradientNorm
  /// A loss, gradient or weight was not finite.
  case failure
}
