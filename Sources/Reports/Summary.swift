import Lockstep
import NumberText
import Statistics
import Training

extension RunRecord {
  /// The run in a sentence or two.
  func summary(_ evaluation: ReportedEvaluation?) -> String {
    let learned =
      "\(grouped(data.trainCount - settings.validationCount)) images of \(data.name)"
    let done = "\(grouped(epochs)) of \(grouped(settings.epochs)) epochs"
    let beginning =
      switch status {
      case .running:
        "This network is learning from \(learned), or its run was killed: \(done) are done."
      case .interrupted:
        "This network was learning from \(learned) when its run was interrupted after \(done)."
      case .failed:
        "This network was learning from \(learned) when its numbers overflowed after \(done)."
      case .finished:
        "This network learned from \(learned) in \(grouped(epochs)) epoch\(epochs == 1 ? "" : "s")."
      }
    guard let evaluation else { return beginning }
    return beginning
      + " It names \(grouped(evaluation.correctCount)) of \(grouped(evaluation.count)) test images "
      + "right."
  }

  /// The numbers in the head of the page.
  func headlines(_ evaluation: ReportedEvaluation?) -> [RunReport.Headline] {
    var headlines: [RunReport.Headline] = []
    let (correct, count) =
      (evaluation?.correctCount ?? test?.correctCount, evaluation?.count ?? test?.count)
    if let correct, let count {
      let share = Proportion(successes: correct, trials: count)
      headlines.append(
        RunReport.Headline(
          name: "test accuracy", value: percent(share.share),
          detail: "± \(percent(share.standardError)) (\(grouped(correct)) of \(grouped(count)))"))
    }
    if let test {
      headlines.append(
        RunReport.Headline(name: "test loss", value: fixed(test.loss, 4), detail: nil))
    }
    let widths = network.layers.map { "\($0.outputs)" }.joined(separator: " + ")
    headlines.append(
      RunReport.Headline(
        name: "parameters", value: grouped(network.parameterCount),
        detail: "\(widths) unit\(network.layers.last?.outputs == 1 ? "" : "s")"))
    headlines.append(
      RunReport.Headline(
        name: "training", value: time(seconds),
        detail: imagesPerSecond > 0 ? "\(grouped(Int(imagesPerSecond))) images/s" : nil))
    return headlines
  }

  /// What the state of the run means for the page.
  var notesOnStatus: [String] {
    switch status {
    case .finished: []
    case .running: ["The page was written while the run went on, or after it was killed."]
    case .interrupted:
      ["The run was interrupted. The page shows the network as its last checkpoint has it."]
    case .failed:
      [
        "The run failed: a loss, a gradient or a weight was not finite. The page shows the weights of "
          + "the end of the last epoch before."
      ]
    }
  }
}

/// A share as per cent: 94.20 %.
private func percent(_ share: Double) -> String { fixed(share * 100, 2) + " %" }
