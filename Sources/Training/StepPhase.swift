import LayerKernels
import Networks
import Synchronization

/// A phase of a step. The next one begins when all its items are done.
///
/// Only the first two are there in every step. The update is split where it needs the gradient's norm, which is
/// known after all of the gradient is; whatever follows is there where the settings ask for it.
enum StepPhase {
  /// Shards of the mini-batch go through the forward and backward pass.
  case forwardBackward
  /// Parts of the parameters have their gradient reduced and are updated at once.
  case update
  /// Parts have the sums of their gradient reduced and stored.
  case gradientSums
  /// The sums are exchanged with other trainers for those over the whole mini-batch.
  case exchange
  /// Parts have the squares of these sums added up.
  case squares
  /// The factor of the sums is taken from their norm.
  case clipping
  /// Parts are updated with the stored sums.
  case updateWithSums
  /// The norm of the gradient is taken.
  case gradientNorm
  /// Blocks of units are scaled back.
  case maxNorm
  /// Parts that were scaled back are rounded again for the next step's products.
  case rounding
  /// Parts of the average move towards the weights.
  case averaging

  /// The phases of a trainer that is alone.
  static func all(_ settings: TrainingSettings) -> [StepPhase] {
    [.forwardBackward]
      + (settings.clipNorm == nil ? [.update] : [.gradientSums] + withSums(settings))
      + afterUpdate(settings)
  }

  /// The phases of trainers that share each mini-batch.
  static func shared(_ settings: TrainingSettings) -> [StepPhase] {
    [.forwardBackward, .gradientSums, .exchange] + withSums(settings) + afterUpdate(settings)
  }

  private static func withSums(_ settings: TrainingSettings) -> [StepPhase] {
    (settings.clipNorm == nil ? [] : [.squares, .clipping]) + [.updateWithSums]
  }

  private static func afterUpdate(_ settings: TrainingSettings) -> [StepPhase] {
    let limitsNorms = settings.regularization.maxNorm != nil
    return (settings.gradientNormThreshold == nil ? [] : [.gradientNorm])
      + (limitsNorms ? [.maxNorm] : [])
      + (limitsNorms && settings.precision != .float ? [.rounding] : [])
      + (settings.averageDecay == nil ? [] : [.averaging])
  }
}

extension StepExecutor {
  /// The number of items of a phase.
  func itemCount(of phase: StepPhase, _ plan: WorkPartition) -> Int {
    switch phase {
    case .forwardBackward: plan.shards.count
    // One more adds up the losses.
    case .update, .gradientSums: plan.parts.count + 1
    case .squares, .updateWithSums, .rounding, .averaging: plan.parts.count
    case .exchange, .clipping, .gradientNorm: 1
    case .maxNorm: normLimits?.count ?? 0
    }
  }

  /// Does an item of a phase after the sums over the whole mini-batch are there, or after the update.
  ///
  /// - Parameters:
  ///   - phase: neither of those before, nor `.gradientNorm`.
  ///   - item: counted from 0.
  ///   - parts: the items of most phases.
  ///   - step: the hyperparameters of the step.
  ///   - number: the step's number in the region.
  ///   - sums: those of the gradient over all samples of the mini-batch.
  ///   - samples: the number of these samples.
  ///   - parameters: changed by the step.
  ///   - average: the same.
  func perform(
    _ phase: StepPhase, item: Int, of parts: [GradientPart], step: PlannedStep, number: Int,
    sums: ParameterMemory?, samples: Int, _ parameters: ParameterMemory, average: ParameterMemory?
  ) {
    let failed = failure.load(ordering: .relaxed)
    // Of an update all parts look for failures, so that the first layer's is told.
    let numbers = FailureNumbers(layers: architecture.layers.count)
    guard phase == .updateWithSums ? failed != numbers.loss(step: number) : failed == .max
    else { return }
    switch phase {
    case .squares:
      if let squares { sums?.recordSquares(parts[item], in: squares) }
    case .clipping:
      if let clipping, let squares {
        gradientFactor = clipping.factor(squares: squares, samples: samples)
      }
    case .updateWithSums:
      guard let sums else { return }
      let part = parts[item]
      let found = parameters.update(
        part, sums: sums, factor: gradientFactor, memory, step: step.update, state: state,
        squares: settings.gradientNormThreshold == nil ? nil : squares)
      note(found, step: number, layer: part.layer)
    case .maxNorm:
      let found = normLimits?.apply(block: item, to: parameters)
      if let found { note(found.failure, step: number, layer: found.layer) }
    case .rounding: parameters.round(parts[item], into: memory)
    case .averaging:
      average?.moveAverage(parts[item], towards: parameters, share: step.averageShare)
    case .forwardBackward, .update, .gradientSums, .exchange, .gradientNorm: break
    }
  }

  /// Notes what is not finite in a step of the region.
  func note(_ found: UpdateFailure?, step: Int, layer: Int) {
    guard let found else { return }
    let numbers = FailureNumbers(layers: architecture.layers.count)
    failure.min(numbers.number(of: found, step: step, layer: layer), ordering: .relaxed)
  }
}

/// The hyperparameters of one step.
struct PlannedStep {
  /// The optimizer's rule with its factors.
  let update: UpdateStep
  /// How far the average of the weights moves towards them.
  let averageShare: Float
}
