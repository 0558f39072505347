import ArgumentParser
import Training

/// What keeps the network from overfitting, besides weight decay. Every option is optional, so that a resumed run
/// can tell what was given.
struct RegularizationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Dropout rate of the hidden layers: the probability that a unit is dropped; training losses are \
      those of what is left (default: 0).
      """,
      valueName: "rate"))
  var dropout: Double?

  @Option(
    help: ArgumentHelp("Dropout rate of the inputs (default: 0).", valueName: "rate"))
  var inputDropout: Double?

  @Option(
    help: ArgumentHelp(
      "Max-norm constraint: upper bound of the norm of each unit's incoming weights (default: none).",
      valueName: "norm"))
  var maxNorm: Double?

  @Option(
    help: ArgumentHelp(
      """
      Label smoothing ε of softmax-cross-entropy: the share of a target that is divided among all \
      classes; training losses are those of smoothed targets (default: 0).
      """, valueName: "share"))
  var labelSmoothing: Double?

  /// Whether no option was given.
  var isEmpty: Bool {
    [dropout, inputDropout, maxNorm, labelSmoothing].allSatisfy { $0 == nil }
  }

  /// The regularization that the options name.
  ///
  /// - Parameter base: the regularization where no option names another.
  /// - Returns: both in one.
  func regularization(base: Regularization) -> Regularization {
    Regularization(
      dropout: dropout ?? base.dropout, inputDropout: inputDropout ?? base.inputDropout,
      maxNorm: maxNorm ?? base.maxNorm, labelSmoothing: labelSmoothing ?? base.labelSmoothing)
  }
}
