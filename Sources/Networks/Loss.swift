import Kernels
import LayerKernels

/// The loss function: the distance of a network's outputs from the targets of a sample (lecture
/// C4).
public enum Loss: String, CaseIterable, Codable, Sendable {
  /// L = −Σ tₖ log yₖ with y = softmax(z): one class of many.
  case softmaxCrossEntropy
  /// L = −Σ (tₖ log yₖ + (1 − tₖ) log(1 − yₖ)) with y = σ(z): one yes or no per output.
  case logisticCrossEntropy
  /// L = ½ Σ (yₖ − tₖ)²: regression, or classes by their one-hot vectors.
  case squaredError

  /// Whether the loss takes logits and computes probabilities from them itself. The activation
  /// function of the output layer then has to be the identity.
  public var takesLogits: Bool { self != .squaredError }

  /// Computes the loss of each sample and the error signals of the output layer's weighted sums.
  ///
  /// - Parameters:
  ///   - outputs: [samples × outputs], logits or activations; logits are replaced by
  ///     probabilities.
  ///   - targets: [samples × outputs].
  ///   - errors: [samples × outputs], the slopes of the output activation on entry, the error
  ///     signals on return; nil where no backward pass follows.
  ///   - record: receives the loss of each row.
  func apply(
    outputs: Matrix, targets: Matrix, errors: Matrix?, record: (_ row: Int, _ loss: Double) -> Void
  ) {
    for row in 0..<outputs.rows {
      let loss =
        switch self {
        case .softmaxCrossEntropy:
          LayerKernels.softmaxCrossEntropy(
            row: row, logits: outputs, targets: targets, errors: errors)
        case .logisticCrossEntropy:
          LayerKernels.logisticCrossEntropy(
            row: row, logits: outputs, targets: targets, errors: errors)
        case .squaredError:
          LayerKernels.squaredError(row: row, outputs: outputs, targets: targets, slopes: errors)
        }
      record(row, loss)
    }
  }
}
