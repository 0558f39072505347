/// The error of a training that stopped because a number was not finite.
public struct TrainingFailure: Error, Equatable, Sendable {
  /// What was not finite.
  public enum Quantity: String, Sendable {
    case loss, gradient, weight
  }

  /// What was not finite.
  public let quantity: Quantity
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The step in the epoch, counted from 1.
  public let step: Int
  /// The first affected layer, counted from 1 at the first hidden layer.
  public let layer: Int
  /// The learning rate of the step.
  public let learningRate: Double
}

extension TrainingFailure: CustomStringConvertible {
  /// One sentence: what, where and what to do.
  public var description: String {
    "the \(quantity.rawValue) is not finite in epoch \(epoch), step \(step), layer \(layer); "
      + "lower the learning rate of \(learningRate), a tenth is a good try, "
      + "or check the inputs' scale"
  }
}
