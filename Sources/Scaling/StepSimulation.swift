import Statistics

/// The predictions of the model of a step, with one model for each round of measurements.
public struct StepSimulation: Sendable {
  /// A step with a number of workers that may not exist here.
  public struct Prediction: Codable, Equatable, Sendable {
    /// The number of workers.
    public let workers: Int
    /// The items of each phase.
    public let items: [Int]
    /// The time of a step, in seconds.
    public let stepSeconds: MedianInterval
    /// The speed-up against one worker.
    public let speedUp: MedianInterval
  }

  /// The partition of a step into items for a number of workers.
  public struct Cut: Sendable {
    /// The number of workers that take part.
    public let participants: Int
    /// The cost of each item of each phase.
    public let items: [[Double]]

    /// A partition for `participants` of the workers.
    public init(participants: Int, items: [[Double]]) {
      self.participants = participants
      self.items = items
    }
  }

  /// The model of each round.
  public let models: [StepModel]
  private let cut: @Sendable (_ workers: Int) -> Cut

  /// A simulation.
  ///
  /// - Parameters:
  ///   - models: at least one.
  ///   - cut: the partition of a step for a number of workers.
  public init(models: [StepModel], cut: @escaping @Sendable (_ workers: Int) -> Cut) {
    precondition(!models.isEmpty, "a simulation needs a model")
    self.models = models
    self.cut = cut
  }

  /// The time of a step with `workers`, by the median of the models.
  public func prediction(workers: Int) -> Prediction {
    let cut = cut(workers)
    let seconds = stepSeconds(cut)
    let alone = stepSeconds(self.cut(1))
    return Prediction(
      workers: workers, items: cut.items.map(\.count), stepSeconds: MedianInterval(seconds),
      speedUp: MedianInterval(zip(alone, seconds).map { $0 / $1 }))
  }

  /// The shares of the loss of `workers`, by the model of the median loss; nil where nothing is
  /// lost.
  public func loss(workers: Int) -> StepLoss? {
    let cut = cut(workers)
    let losses = models.map { $0.loss(workers: cut.participants, items: cut.items) }
      .sorted { $0.total < $1.total }
    let middle = losses[losses.count / 2]
    return middle.total > 0 ? middle : nil
  }

  /// The error of the prediction, measured ÷ predicted − 1, of each round against its own model.
  ///
  /// - Parameters:
  ///   - workers: the number of workers that were measured.
  ///   - seconds: the time of a step in each round.
  /// - Returns: the median error of the rounds, 0 where measurement and prediction agree.
  public func residual(workers: Int, measured seconds: [Double]) -> MedianInterval {
    precondition(seconds.count == models.count, "a round has a model and a measurement")
    return MedianInterval(zip(stepSeconds(cut(workers)), seconds).map { $1 / $0 - 1 })
  }

  /// The time of a step by each model.
  private func stepSeconds(_ cut: Cut) -> [Double] {
    models.map { $0.stepSeconds(workers: cut.participants, items: cut.items) }
  }
}
