import Foundation
import Images
import Lockstep
import Networks
import NumberText
import Training

/// Facts of a kind under a title.
struct FactGroup: Encodable, Sendable {
  /// A name and what it stands for.
  struct Fact: Encodable, Sendable {
    let name: String
    let value: String
    /// Whether the value is digits or code, to be set in type of one width.
    let isCode: Bool
  }

  let title: String
  let rows: [Fact]

  init(_ title: String, _ rows: [(name: String, value: String?)], code: Set<String> = []) {
    self.title = title
    self.rows = rows.compactMap { row in
      row.value.map { Fact(name: row.name, value: $0, isCode: code.contains(row.name)) }
    }
  }
}

extension RunRecord {
  /// Settings, data, machine and times of the run.
  var facts: [FactGroup] {
    [settingsFacts, dataFacts, runFacts, machineFacts, digestFacts]
  }

  private var settingsFacts: FactGroup {
    let hidden = network.layers.dropLast().map(\.activation.rawValue)
    let output = network.layers.last?.activation.rawValue
    let switchedOn: [(name: String, value: String?)] =
      settings.switchedOn.map { ($0.name, $0.value) }
    return FactGroup(
      "Settings",
      [
        ("network", network.widths),
        ("hidden layers", hidden.isEmpty ? nil : Set(hidden).sorted().joined(separator: ", ")),
        ("output layer", output),
        ("loss", network.loss.inWords),
        ("parameters", grouped(network.parameterCount)),
        ("begun with", start?.inWords),
        ("epochs", grouped(settings.epochs)),
        ("batch size", grouped(settings.batchSize)),
        ("learning rate", "\(settings.learningRate), \(settings.schedule.inWords)"),
        ("optimizer", settings.optimizer.inWords),
        ("weight decay", "\(settings.optimizer.weightDecay)"),
      ] + switchedOn + [
        ("products", settings.precision.inWords),
        ("seed", "\(settings.seed)"),
        ("validation", settings.validationCount > 0 ? imageCount(settings.validationCount) : nil),
        ("patience", settings.patience.map { "\($0) epochs" }),
        ("least gradient", settings.gradientNormThreshold.map { "\($0)" }),
      ])
  }

  private var dataFacts: FactGroup {
    FactGroup(
      "Data",
      [
        ("name", data.name),
        ("to train", imageCount(data.trainCount)),
        ("to test", imageCount(data.testCount)),
        ("size", "\(data.height) × \(data.width) pixels"),
        ("classes", "\(data.classNames.count): \(listed(data.classNames))"),
        ("levels", data.preparation.map { $0.levelsInWords ?? "as in the files" }),
        ("pictures", data.preparation?.fitting.inWords),
      ])
  }

  private var digestFacts: FactGroup {
    let digests = data.digests
    let rows = [
      ("training images", digests.trainImages), ("training labels", digests.trainLabels),
      ("test images", digests.testImages), ("test labels", digests.testLabels),
    ]
    return FactGroup("SHA-256 of the data", rows.map { ($0.0, $0.1) }, code: Set(rows.map(\.0)))
  }

  private var runFacts: FactGroup {
    FactGroup(
      "Run",
      [
        ("begun", begun.formatted(.iso8601)),
        ("ended", statusInWords),
        ("epochs done", "\(grouped(epochs)) of \(grouped(settings.epochs))"),
        ("time", seconds > 0 ? time(seconds) : nil),
        ("time of steps", trainingSeconds > 0 ? time(trainingSeconds) : nil),
        ("speed", imagesPerSecond > 0 ? "\(grouped(Int(imagesPerSecond))) images/s" : nil),
        ("Lockstep", lockstep),
      ])
  }

  private var machineFacts: FactGroup {
    FactGroup(
      "Machine",
      [
        ("processor", machine.processor),
        ("compiled for", machine.instructionSets),
        ("processors", machine.processors.description),
        ("system", machine.system),
        ("workers", "at most \(workers)"),
        ("in the steps", workersInSteps?.inWords),
      ])
  }

  private var statusInWords: String {
    switch status {
    case .running: "not yet, or killed"
    case .interrupted: "interrupted"
    case .failed: "failed: a number was not finite"
    case .finished:
      switch stopReason {
      case .earlyStopping: "early, without a lower validation loss"
      case .gradientNorm: "below the least gradient"
      case .failure: "failed: a number was not finite"
      case .epochs, nil: "after all epochs"
      }
    }
  }

  private func listed(_ names: [String]) -> String {
    names.prefix(40).joined(separator: ", ") + (names.count > 40 ? " …" : "")
  }
}

/// `1,000 images`.
private func imageCount(_ count: Int) -> String {
  "\(grouped(count)) image\(count == 1 ? "" : "s")"
}

/// `0.1 s`, `75 s`, `3 min`.
func time(_ seconds: Double) -> String {
  seconds < 10
    ? "\(fixed(seconds, 1)) s"
    : seconds < 120 ? "\(fixed(seconds, 0)) s" : "\(grouped(Int((seconds / 60).rounded()))) min"
}

extension Loss {
  fileprivate var inWords: String {
    switch self {
    case .softmaxCrossEntropy: "softmax cross-entropy"
    case .logisticCrossEntropy: "logistic cross-entropy"
    case .squaredError: "squared error"
    }
  }
}

extension Optimizer {
  fileprivate var inWords: String {
    switch self {
    case .sgd(let momentum, let isNesterov, _):
      momentum > 0 ? "SGD, momentum \(momentum)\(isNesterov ? " (Nesterov)" : "")" : "SGD"
    case .adamW(let beta1, let beta2, let epsilon, _):
      "AdamW, betas \(beta1) and \(beta2), epsilon \(epsilon)"
    }
  }
}

extension Preparation.Fitting {
  fileprivate var inWords: String {
    switch self {
    case .resized: "resized as a whole"
    case .digit: "centred and scaled as MNIST's digits"
    }
  }
}
