import ArgumentParser
import Training

/// What keeps the network from overfitting, besides weight decay. Every option is optional, so that a resumed run
/// can tell what was given.
struct RegularizationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Dropout rate of the hidden layers: the probability that a unit is dropped (default: 0).",
      valueName: "rate"))
  var dropout: Double?

  @Option(
    help: ArgumentHelp("Dropout rate of the inputs (default: 0).", valueName: "rate"))
  var inputDropout: Double?

  /// Whether no option was given.
  var isEmpty: Bool { dropout == nil && inputDropout == nil }

  /// The regularization that the options name.
  var regularization: Regularization {
    let none = Regularization.none
    return Regularization(
      dropout: dropout ?? none.dropout, inputDropout: inputDropout ?? none.inputDropout)
  }
}
