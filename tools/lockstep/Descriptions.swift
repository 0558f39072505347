import Lockstep
import Networks
import NumberText
import Training

// Descriptions of networks and settings in words.

/// `784-128-10, relu, softmax-cross-entropy, 101,770 parameters`.
func networkInWords(_ architecture: Architecture) -> String {
  let activations = architecture.layers.dropLast().map(\.activation.rawValue)
  let hidden = Set(activations).count == 1 ? Array(activations.prefix(1)) : activations
  let output = architecture.layers.last.map(\.activation)
  let outputWords = output.flatMap { $0 == .identity ? nil : "\($0.rawValue) outputs" }
  return
    (["\(architecture)"] + hidden
    + [
      outputWords, architecture.loss.argument,
      "\(grouped(architecture.parameterCount)) parameters",
    ].compactMap(\.self)).joined(separator: ", ")
}

/// The element type of matrix products: `floats` or `bfloat16`.
func factorsInWords(_ precision: Precision) -> String {
  precision == .float ? "floats" : precision.inWords
}

/// `learning rate 0.1 cosine, momentum 0.9, weight decay 0.002, dropout 0.5`.
func optimizerInWords(_ settings: TrainingSettings) -> String {
  let update = updateInWords(settings)
  return [
    "learning rate \(settings.learningRate) \(settings.schedule.inWords)",
    update.isEmpty ? nil : update,
    settings.patience.map { "patience \($0) epochs" },
    settings.gradientNormThreshold.map { "down to a gradient norm of \($0)" },
  ].compactMap(\.self).joined(separator: ", ")
}

/// `momentum 0.9, weight decay 0.002, dropout 0.5`: what a step does, but for its learning rate; empty for
/// plain SGD.
func updateInWords(_ settings: TrainingSettings) -> String {
  let switchedOn = settings.switchedOn.map { "\($0.name) \($0.value)" }
  return [
    ruleInWords(settings.optimizer),
    settings.optimizer.weightDecay > 0 ? "weight decay \(settings.optimizer.weightDecay)" : nil,
    switchedOn.isEmpty ? nil : switchedOn.joined(separator: ", "),
    settings.precision == .float ? nil : "products of \(settings.precision.inWords)",
  ].compactMap(\.self).joined(separator: ", ")
}

/// `momentum 0.9 (Nesterov)`, or `AdamW with betas 0.9 and 0.999`; nil for plain SGD.
private func ruleInWords(_ optimizer: Optimizer) -> String? {
  switch optimizer {
  case .sgd(let momentum, let isNesterov, _):
    momentum > 0 ? "momentum \(momentum)\(isNesterov ? " (Nesterov)" : "")" : nil
  case .adamW(let beta1, let beta2, let epsilon, _):
    "AdamW with betas \(beta1) and \(beta2)"
      + (epsilon == Optimizer.Usual.epsilon ? "" : " and epsilon \(epsilon)")
  }
}
