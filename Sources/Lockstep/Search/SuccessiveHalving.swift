import Training

/// The plan of a search by successive halving: all trials train for a few epochs, the best of them for
/// more, until the last ones train for all epochs. Each rung has 1/η of the trials of the one before and
/// η times its epochs, so all cost about the same.
///
/// With a single rung it is a random search.
///
/// Source: Jamieson, Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization,
/// AISTATS 2016; the numbers of a rung are those of a bracket of Hyperband (Li et al., JMLR 2018).
public struct SuccessiveHalving: Codable, Equatable, Sendable {
  /// A rung of the plan.
  public struct Rung: Codable, Equatable, Sendable {
    /// How many trials are trained.
    public let trials: Int
    /// Up to the end of which epoch.
    public let epochs: Int
  }

  /// The rungs, the last one with all epochs.
  public let rungs: [Rung]

  /// The plan with the most rungs that trials and epochs allow.
  ///
  /// - Parameters:
  ///   - trials: the trials of the first rung.
  ///   - epochs: the epochs of the last rung.
  ///   - minEpochs: the fewest epochs of the first rung; `epochs` for a random search.
  ///   - reductionFactor: η, at least 2.
  public init(trials: Int, epochs: Int, minEpochs: Int, reductionFactor: Int) {
    precondition(trials >= 1 && reductionFactor >= 2 && (1...epochs).contains(minEpochs))
    var divisors = [1]
    while let last = divisors.last, last <= trials / reductionFactor,
      last <= epochs / minEpochs / reductionFactor
    {
      divisors.append(last * reductionFactor)
    }
    rungs = zip(divisors, divisors.reversed()).map { trialDivisor, epochDivisor in
      Rung(trials: trials / trialDivisor, epochs: (epochs + epochDivisor / 2) / epochDivisor)
    }
  }
}
