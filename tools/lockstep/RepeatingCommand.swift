import Foundation
import Lockstep
import Networks
import Training

/// The command that trains as a record says, with every option that has a say in the result; nil where
/// none does, since the hidden layers differ in their activation functions.
func repeatingCommand(_ record: RunRecord) -> String? {
  let (network, settings) = (record.network, record.settings)
  guard record.start != nil || Set(network.layers.dropLast().map(\.activation)).count <= 1 else {
    return nil
  }
  var options = [("data", record.data.name)]
  // A model that the run began with has the network, too.
  options += record.start.map { [("from", $0.path)] } ?? networkOptions(network)
  options += [
    ("epochs", "\(settings.epochs)"), ("batch-size", "\(settings.batchSize)"),
    ("learning-rate", "\(settings.learningRate)"),
  ]
  options += scheduleOptions(settings.schedule) + optimizerOptions(settings.optimizer)
  options += settings.switchedOnOptions.map { ($0.name, $0.value) }
  if settings.precision != .float { options.append(("precision", settings.precision.argument)) }
  options.append(("seed", "\(settings.seed)"))
  if settings.validationCount > 0 { options.append(("validation", "\(settings.validationCount)")) }
  if let patience = settings.patience { options.append(("patience", "\(patience)")) }
  if let threshold = settings.gradientNormThreshold {
    options.append(("gradient-norm", "\(threshold)"))
  }
  return
    (["lockstep train"]
    + options.map { name, value in value.isEmpty ? "--\(name)" : "--\(name) \(quoted(value))" })
    .joined(separator: " ")
}

private func networkOptions(_ network: RunRecord.NetworkRecord) -> [(String, String)] {
  let hidden = network.layers.dropLast()
  let output = network.layers.last?.activation
  return [("hidden", hidden.isEmpty ? "0" : hidden.map { "\($0.outputs)" }.joined(separator: ","))]
    + (hidden.first.map { [("activation", $0.activation.rawValue)] } ?? [])
    + [("loss", network.loss.argument)]
    + (output == .identity ? [] : output.map { [("output-activation", $0.rawValue)] } ?? [])
}

private func scheduleOptions(_ schedule: LearningRateSchedule) -> [(String, String)] {
  func options(
    _ name: ScheduleName, decay: Double? = nil, every: Int? = nil
  ) -> [(String, String)] {
    [("schedule", name.rawValue)] + (decay.map { [("decay", "\($0)")] } ?? [])
      + (every.map { [("decay-every", "\($0)")] } ?? [])
  }
  return switch schedule {
  case .constant: options(.constant)
  case .cosine: options(.cosine)
  case .oneCycle: options(.oneCycle)
  case .step(let epochs, let factor): options(.step, decay: factor, every: epochs)
  case .exponential(let factor): options(.exponential, decay: factor)
  case .inverseTime(let decay): options(.inverseTime, decay: decay)
  case .onPlateau(let factor, let patience): options(.plateau, decay: factor, every: patience)
  }
}

private func optimizerOptions(_ optimizer: Optimizer) -> [(String, String)] {
  switch optimizer {
  case .sgd(let momentum, let isNesterov, let weightDecay):
    [("optimizer", "sgd"), ("momentum", "\(momentum)")] + (isNesterov ? [("nesterov", "")] : [])
      + [("weight-decay", "\(weightDecay)")]
  case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
    [
      ("optimizer", "adamw"), ("beta1", "\(beta1)"), ("beta2", "\(beta2)"),
      ("epsilon", "\(epsilon)"), ("weight-decay", "\(weightDecay)"),
    ]
  }
}

/// A word for a shell: in quotation marks where it needs them.
func quoted(_ word: String) -> String {
  let isPlain = word.allSatisfy {
    $0.isASCII && ($0.isLetter || $0.isNumber || "._-,+/".contains($0))
  }
  return isPlain && !word.isEmpty
    ? word : "'\(word.replacingOccurrences(of: "'", with: "'\\''"))'"
}
