import Digits
import Files
import Foundation
import Images
import Networks
import NumberText
import Training

// The settings of a run by the names of the field, each with its value in words.

extension RunRecord {
  /// What the result and the speed of the run depend on; nil for what its optimizer, schedule or data
  /// does not have.
  package var settingsInWords: [(name: String, value: String?)] {
    dataInWords + networkInWords + trainingInWords + [
      ("workers", "at most \(workers)"), ("processor", machine.processor), ("Lockstep", lockstep),
    ]
  }

  /// The names of those settings that are checksums.
  static let digestNames = ["training data", "test data"]

  private var dataInWords: [(name: String, value: String?)] {
    let digests = data.digests
    return [
      ("data", data.name),
      ("training images", grouped(data.trainCount)),
      ("test images", grouped(data.testCount)),
      ("image size", "\(data.imageSize)"),
      ("classes", "\(data.classNames.count)"),
      ("preparation", data.preparation.map(preparationInWords)),
      ("training data", "SHA-256 \(brief(digests.trainImages, digests.trainLabels))"),
      ("test data", "SHA-256 \(brief(digests.testImages, digests.testLabels))"),
    ]
  }

  private var networkInWords: [(name: String, value: String?)] {
    let hidden = network.layers.dropLast().map(\.activation.rawValue)
    let kinds = Set(hidden).count == 1 ? Array(hidden.prefix(1)) : hidden
    return [
      ("network", network.widths),
      ("activation", kinds.isEmpty ? nil : kinds.joined(separator: ", ")),
      ("output activation", network.layers.last?.activation.rawValue),
      ("loss function", network.loss.argument),
      ("parameters", grouped(network.parameterCount)),
      ("begun with", start?.inWords),
    ]
  }

  private var trainingInWords: [(name: String, value: String?)] {
    let rule: [(name: String, value: String?)] =
      switch settings.optimizer {
      case .sgd(let momentum, let isNesterov, _):
        [("optimizer", "sgd"), ("momentum", "\(momentum)\(isNesterov ? " (Nesterov)" : "")")]
      case .adamW(let beta1, let beta2, let epsilon, _):
        [
          ("optimizer", "adamw"), ("beta1", "\(beta1)"), ("beta2", "\(beta2)"),
          ("epsilon", "\(epsilon)"),
        ]
      }
    let switchedOn: [(name: String, value: String?)] =
      settings.switchedOn.map { ($0.name, $0.value) }
    return rule + [("weight decay", "\(settings.optimizer.weightDecay)")] + switchedOn + [
      ("learning rate", "\(settings.learningRate)"),
      ("schedule", settings.schedule.inWords),
      ("epochs", grouped(settings.epochs)),
      ("batch size", grouped(settings.batchSize)),
      ("seed", "\(settings.seed)"),
      ("validation images", grouped(settings.validationCount)),
      ("patience", settings.patience.map { "\($0) epochs" }),
      ("gradient norm", settings.gradientNormThreshold.map { "\($0)" }),
      ("precision", settings.precision.rawValue),
    ]
  }

  /// The beginning of two digests' digest, which differs where one of them does.
  private func brief(_ images: String, _ labels: String) -> String {
    var hash = SHA256()
    hash.update(Array((images + labels).utf8))
    return hexadecimal(hash.finalize()).prefix(8) + "…"
  }
}

extension RunRecord.StartRecord {
  /// `first, fingerprint 15316bba…`.
  package var inWords: String {
    "\(URL(fileURLWithPath: path).lastPathComponent), fingerprint \(fingerprint.prefix(8))…"
  }
}

private func preparationInWords(_ preparation: Preparation) -> String {
  let fitting = preparation.fitting == .digit ? "as MNIST's digits" : "resized"
  guard !preparation.keepsLevels else { return fitting }
  let polarity = preparation.isDarkOnLight ? ", dark on light" : ""
  return "\(fitting)\(polarity), levels \(preparation.background) to \(preparation.ink)"
}
