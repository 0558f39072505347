/// One step of an optimizer: its rule with the factors of the step.
public enum UpdateStep: Sendable {
  case sgd(SGD)
  case adamW(AdamW)

  /// The same step for parameters that do not decay.
  public var withoutWeightDecay: UpdateStep {
    switch self {
    case .sgd(let rule): .sgd(rule.withoutWeightDecay)
    case .adamW(let rule): .adamW(rule.withoutWeightDecay)
    }
  }
}
