/// What the model of a step predicts, one model for each round of measurements.
public struct StepSimulation: Sendable {
  /// A step with a number of workers that may not exist here.
  public struct Prediction: Codable, Equatable, Sendable {
    /// The number of workers.
    public let workers: Int
    /// The items of each phase.
    public let items: [Int]
    /// The time of a step, in seconds.
    public let stepSeconds: Estimate
    /// How many times as fast as one worker.
    public let speedUp: Estimate
  }

  /// The model of each round.
  public let models: [StepModel]
  private let items: @Sendable (_ workers: Int) -> [[Double]]

  /// A simulation.
  ///
  /// - Parameters:
  ///   - models: at least one.
  ///   - items: how a step is cut for a number of workers: the cost of each item of each phase.
  public init(models: [StepModel], items: @escaping @Sendable (_ workers: Int) -> [[Double]]) {
    precondition(!models.isEmpty, "a simulation needs a model")
    self.models = models
    self.items = items
  }

  /// What a step takes with `workers`, by the median of the models.
  public func prediction(workers: Int) -> Prediction {
    let cut = items(workers)
    let seconds = models.map { $0.stepSeconds(workers: workers, items: cut) }
    let alone = stepSecondsAlone
    return Prediction(
      workers: workers, items: cut.map(\.count), stepSeconds: Estimate(seconds),
      speedUp: Estimate(zip(alone, seconds).map { $0 / $1 }))
  }

  /// By how much measured steps are longer than predicted, as a share: each round against its own
  /// model. The measured time is the predicted one times 1 + this.
  ///
  /// - Parameter seconds: the time of a step in each round.
  public func residual(workers: Int, measured seconds: [Double]) -> Estimate {
    precondition(seconds.count == models.count, "a round has a model and a measurement")
    let cut = items(workers)
    return Estimate(
      zip(models, seconds).map { $1 / $0.stepSeconds(workers: workers, items: cut) - 1 })
  }

  private var stepSecondsAlone: [Double] {
    let cut = items(1)
    return models.map { $0.stepSeconds(workers: 1, items: cut) }
  }
}
