/// Where a training stands, besides its tensors: all that a checkpoint needs to go on exactly.
struct TrainerState: Codable, Equatable {
  /// The epoch that is being trained, counted from 0, and the steps of it that are done.
  var epoch = 0
  var step = 0

  // The sums of the epoch so far.
  var lossSum = 0.0
  var hits = 0
  var samplesSeen = 0
  var squaredGradientNormSum = 0.0

  /// The lowest validation loss so far and the epochs since then.
  var bestLoss: Double?
  var epochsWithoutImprovement = 0
  /// How often a plateau has lowered the learning rate.
  var reductions = 0

  var reports: [EpochReport] = []
  var stopReason: StopReason?

  mutating func add(_ totals: StepRegion.Totals, samples: Int) {
    step += 1
    samplesSeen += samples
    lossSum += totals.loss
    hits += totals.hits
    squaredGradientNormSum += totals.squaredGradientNorm
  }

  /// Takes in the report of the epoch that has ended, and decides whether training goes on.
  ///
  /// - Returns: whether the epoch is the best so far by its validation loss.
  mutating func finishEpoch(_ report: EpochReport, settings: TrainingSettings) -> Bool {
    reports.append(report)
    epoch += 1
    step = 0
    (lossSum, hits, samplesSeen, squaredGradientNormSum) = (0, 0, 0, 0)

    let isBest = report.validation.map { $0.loss < (bestLoss ?? .infinity) } ?? false
    if isBest {
      bestLoss = report.validation?.loss
      epochsWithoutImprovement = 0
    } else {
      epochsWithoutImprovement += 1
    }
    if case .onPlateau(_, let patience) = settings.schedule,
      epochsWithoutImprovement > 0, epochsWithoutImprovement % patience == 0
    {
      reductions += 1
    }
    stopReason = reasonToStop(report, settings: settings)
    return isBest
  }

  private func reasonToStop(_ report: EpochReport, settings: TrainingSettings) -> StopReason? {
    if let threshold = settings.gradientNormThreshold, let norm = report.gradientNorm,
      norm < threshold
    {
      return .gradientNorm
    }
    if let patience = settings.patience, epochsWithoutImprovement >= patience {
      return .earlyStopping
    }
    return epoch >= settings.epochs ? .epochs : nil
  }
}
