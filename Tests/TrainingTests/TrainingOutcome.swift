import Networks
import Training

/// All that a training leaves behind and promises to be the same for any number of workers.
struct TrainingOutcome: Equatable {
  var fingerprint: String
  var reports: [EpochReport]
  var stopReason: StopReason?
  var failure: TrainingFailure?
}

extension Trainer {
  /// Trains to the end.
  func finish() -> TrainingOutcome {
    var failure: TrainingFailure?
    do {
      while try next() != nil {}
    } catch {
      failure = error
    }
    return TrainingOutcome(
      fingerprint: parameters.fingerprint, reports: reports, stopReason: stopReason,
      failure: failure)
  }

  /// Trains to the end of an epoch.
  ///
  /// - Returns: its report; nil when training is over.
  func nextReport() throws -> EpochReport? {
    while let event = try next() {
      if case .epoch(let report) = event { return report }
    }
    return nil
  }
}

/// Trains a new network to the end.
func train(
  _ architecture: Architecture, on samples: SampleSet, test: SampleSet? = nil,
  _ settings: TrainingSettings, workers: Int
) -> TrainingOutcome {
  Trainer(architecture, training: samples, test: test, settings: settings, workers: workers)
    .finish()
}

extension TrainingSettings {
  /// Plain descent with a constant rate: nothing but what a test asks for.
  static func plain(
    epochs: Int, batchSize: Int, learningRate: Double = 0.1, seed: UInt64 = 1
  ) -> TrainingSettings {
    TrainingSettings(
      epochs: epochs, batchSize: batchSize, learningRate: learningRate, schedule: .constant,
      optimizer: .plainSGD, seed: seed)
  }

  /// The same settings with some of them changed.
  func with(_ change: (inout TrainingSettings) -> Void) -> TrainingSettings {
    var settings = self
    change(&settings)
    return settings
  }
}

/// The optimizers that the contract of bits holds for.
enum Descent: String, CaseIterable, Sendable {
  case plain, momentum, nesterov, weightDecay, all, adamW

  /// Those whose steps are linear in the gradient.
  static let linear = allCases.filter { $0 != .adamW }

  func apply(to settings: inout TrainingSettings) {
    if self == .adamW {
      (settings.optimizer, settings.learningRate) = (.adamW(weightDecay: 0.1), 0.01)
      return
    }
    settings.optimizer = .sgd(
      momentum: [.plain, .weightDecay].contains(self) ? 0 : 0.9,
      isNesterov: [.nesterov, .all].contains(self),
      weightDecay: [.weightDecay, .all].contains(self) ? 0.01 : 0)
  }
}

extension Optimizer {
  /// SGD's momentum coefficient and whether it is Nesterov's; nil for another optimizer.
  var momentum: (coefficient: Double, isNesterov: Bool)? {
    guard case .sgd(let momentum, let isNesterov, _) = self else { return nil }
    return (momentum, isNesterov)
  }
}
