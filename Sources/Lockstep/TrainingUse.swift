import Networks
import Training
import Workers

extension Trainer {
  /// A trainer at the start of a training, on all usable processors.
  ///
  /// - Parameters:
  ///   - architecture: what is trained; its parameters are drawn from the settings' seed.
  ///   - training: the samples to train on and, with a `validationCount`, to validate on.
  ///   - validation: a validation set of its own, evaluated after each epoch.
  ///   - test: evaluated after each epoch where nothing is validated on.
  ///   - settings: what is computed.
  /// - Precondition: the sets fit the architecture and the settings are sound.
  public convenience init(
    _ architecture: Architecture, training: SampleSet, validation: SampleSet? = nil,
    test: SampleSet? = nil, settings: TrainingSettings = TrainingSettings()
  ) {
    self.init(
      architecture, training: training, validation: validation, test: test,
      settings: settings, workers: AvailableProcessors.read().usable)
  }

  /// A trainer that begins with a model's weights, which stay as they are, on all usable processors.
  ///
  /// - Parameters:
  ///   - model: what to begin with.
  ///   - training: as of a trainer that begins with an architecture.
  ///   - validation: the same.
  ///   - test: the same.
  ///   - settings: the same; their seed draws the order of samples, not the weights.
  /// - Precondition: the sets fit the architecture and the settings are sound.
  public convenience init(
    model: Model, training: SampleSet, validation: SampleSet? = nil,
    test: SampleSet? = nil, settings: TrainingSettings = TrainingSettings()
  ) {
    self.init(
      from: model.parameters, training: training, validation: validation, test: test,
      settings: settings, workers: AvailableProcessors.read().usable)
  }
}
