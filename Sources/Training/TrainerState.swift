/// The state of a training besides its tensors: everything that a checkpoint needs to resume
/// exactly.
package struct TrainerState: Codable, Equatable {
  /// The current epoch, counted from 0, and the number of its steps that are done.
  var epoch = 0
  var step = 0

  // The sums of the epoch so far.
  var lossSum = 0.0
  var correctCount = 0
  var samplesSeen = 0
  var squaredGradientNormSum = 0.0

  /// The lowest validation loss so far and the number of epochs since.
  var bestLoss: Double?
  var epochsWithoutImprovement = 0
  /// The number of times that the plateau schedule has lowered the learning rate.
  var reductions = 0

  /// The size of a validation set of its own; nil where the settings take one, or none.
  var validationSetCount: Int?

  var reports: [EpochReport] = []
  var stopReason: StopReason?

  private enum CodingKeys: String, CodingKey {
    case epoch, step, lossSum, samplesSeen, squaredGradientNormSum, bestLoss
    case epochsWithoutImprovement, reductions, validationSetCount, reports, stopReason
    case correctCount = "hits"
  }

  mutating func add(_ totals: StepExecutor.Totals, samples: Int) {
    step += 1
    samplesSeen += samples
    lossSum += totals.loss
    correctCount += totals.correctCount
    squaredGradientNormSum += totals.squaredGradientNorm
  }

  /// Records the report of a finished epoch and decides whether training stops.
  ///
  /// - Returns: whether the epoch is the best so far by its validation loss.
  mutating func finishEpoch(_ report: EpochReport, settings: TrainingSettings) -> Bool {
    reports.append(report)
    epoch += 1
    step = 0
    (lossSum, correctCount, samplesSeen, squaredGradientNormSum) = (0, 0, 0, 0)

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

extension Trainer {
  /// The number of steps that are done since the training began.
  public var stepsDone: Int { state.epoch * stepsPerEpoch + state.step }

  /// The number of samples of an epoch.
  package var samplesPerEpoch: Int { split.training.count }

  /// Whether the last epoch has the lowest validation loss so far.
  public var hasImproved: Bool { state.bestLoss != nil && state.epochsWithoutImprovement == 0 }
}

extension TrainerState {
  /// What is wrong with a state from a file, in words; nil for a state that training with these
  /// settings can reach.
  func validationError(settings: TrainingSettings) -> String? {
    if let count = validationSetCount, !(1...Int(Int32.max)).contains(count) {
      return "a validation set of \(count) samples"
    }
    for (index, report) in reports.enumerated() {
      if let fault = report.validationError(
        settings: settings, isLike: reports[0],
        validationCount: validationSetCount ?? settings.validationCount)
      {
        return "\(fault) in the report of epoch \(index + 1)"
      }
      if report.epoch != index + 1 { return "epoch \(report.epoch) as report \(index + 1)" }
    }
    // All decisions follow from the reports, so they are recomputed and compared.
    var replayed = TrainerState()
    for report in reports { _ = replayed.finishEpoch(report, settings: settings) }
    if epoch != replayed.epoch { return "\(replayed.epoch) reports of \(epoch) epochs" }
    if bestLoss != replayed.bestLoss { return "a best loss that no report has" }
    if epochsWithoutImprovement != replayed.epochsWithoutImprovement {
      return "\(epochsWithoutImprovement) epochs without improvement"
    }
    if reductions != replayed.reductions { return "\(reductions) reductions of the learning rate" }
    if ![replayed.stopReason, .failure].contains(stopReason) {
      return "a stop by \(stopReason?.rawValue ?? "nothing")"
    }
    return validationErrorOfBegunEpoch(settings: settings)
  }

  /// What is wrong with a state, sound by itself, for a training without a validation set of its own
  /// beside so many samples to train on; nil where nothing is.
  func validationError(settings: TrainingSettings, trainingCount: Int) -> String? {
    if let validationSetCount { return "\(validationSetCount) samples to validate on" }
    if let count = reports.first?.training.count, count != trainingCount {
      return "epochs of \(count) samples, not \(trainingCount)"
    }
    // All steps but an epoch's last are of a whole mini-batch.
    let (seen, isTooLarge) = step.multipliedReportingOverflow(by: settings.batchSize)
    if samplesSeen != min(trainingCount, isTooLarge ? .max : seen) {
      return "\(samplesSeen) of \(trainingCount) samples in \(step) steps"
    }
    return nil
  }

  private func validationErrorOfBegunEpoch(settings: TrainingSettings) -> String? {
    let limit = reports.first?.training.count ?? Int(Int32.max)
    guard (0...limit).contains(samplesSeen),
      step == stepCount(samples: samplesSeen, batchSize: settings.batchSize)
    else { return "\(samplesSeen) samples in \(step) steps" }
    if !(0...samplesSeen).contains(correctCount) {
      return "\(correctCount) hits of \(samplesSeen) samples"
    }
    guard lossSum.isFinite, squaredGradientNormSum.isFinite, squaredGradientNormSum >= 0,
      samplesSeen > 0 || (lossSum == 0 && squaredGradientNormSum == 0)
    else { return "sums of \(lossSum) and \(squaredGradientNormSum)" }
    return nil
  }
}

extension EpochReport {
  /// What is wrong with a report from a file.
  ///
  /// - Parameters:
  ///   - settings: the settings of the training.
  ///   - first: the report of the first epoch, which had as many samples.
  ///   - validationCount: the number of samples that are validated on.
  /// - Returns: the fault in words; nil for a sound report.
  fileprivate func validationError(
    settings: TrainingSettings, isLike first: EpochReport, validationCount: Int
  ) -> String? {
    for part in [training, validation, test].compactMap(\.self) {
      if !(1...Int(Int32.max)).contains(part.count) { return "\(part.count) samples" }
      if !(0...part.count).contains(part.correctCount ?? 0) {
        return "\(part.correctCount ?? 0) hits"
      }
    }
    guard training.count == first.training.count else {
      return "\(training.count) samples after \(first.training.count)"
    }
    guard validation?.count ?? 0 == validationCount else {
      return "\(validation?.count ?? 0) samples to validate on"
    }
    let stepsPerEpoch = stepCount(samples: training.count, batchSize: settings.batchSize)
    guard steps == epoch.multipliedReportingOverflow(by: stepsPerEpoch).partialValue else {
      return "\(steps) steps"
    }
    guard learningRate.isFinite, learningRate >= 0 else { return "a rate of \(learningRate)" }
    guard (gradientNorm == nil) == (settings.gradientNormThreshold == nil) else {
      return gradientNorm == nil ? "no norm of the gradient" : "a norm of the gradient"
    }
    return nil
  }
}

/// The number of mini-batches of `samples` samples; the last one may be smaller.
private func stepCount(samples: Int, batchSize: Int) -> Int {
  samples == 0 ? 0 : (samples - 1) / batchSize + 1
}
