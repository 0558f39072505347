import Digits
import Foundation
import Networks
import NumberText
import Training

/// Signs that a training did not learn, or that its data is not what it should be. They are no
/// errors: the run ends as usual, and says them.
enum TrainingTrouble {
  /// What is odd about the data, before the training.
  static func inData(_ digits: DigitDataset) -> [String] {
    var warnings: [String] = []
    let blank = (0..<digits.train.count).count { isBlank(digits.train.pixels(ofImage: $0)) }
    // A few are in many sets.
    if blank * 100 > digits.train.count {
      warnings.append(
        "\(grouped(blank)) of the \(grouped(digits.train.count)) training images are of one level "
          + "all over: nothing can be learned from them")
    }
    var counts = [Int](repeating: 0, count: digits.classCount)
    for label in digits.train.labels { counts[Int(label)] += 1 }
    let empty = digits.classNames.indices.filter { counts[$0] == 0 }
    if !empty.isEmpty {
      let names = empty.prefix(8).map { digits.classNames[$0] }.joined(separator: ", ")
      warnings.append(
        "no training image shows \(empty.count == 1 ? "the class" : "the classes") \(names)"
          + (empty.count > 8 ? " and \(empty.count - 8) more" : "")
          + ": the network cannot learn \(empty.count == 1 ? "it" : "them")")
    }
    return warnings
  }

  /// What is odd about the result of a training.
  ///
  /// - Parameters:
  ///   - trainer: after the training, or after an epoch.
  ///   - digits: the data that was trained on.
  ///   - test: the evaluation on the test set.
  ///   - silence: the dead units of the trained network.
  /// - Returns: a sentence for each sign.
  static func inResult(
    _ trainer: Trainer, _ digits: DigitDataset, test: Evaluation, silence: Silence
  ) -> [String] {
    guard let training = trainer.reports.last?.training, let accuracy = training.accuracy,
      let testAccuracy = test.accuracy, let error = test.standardError
    else { return [] }
    let chance = majorityShare(digits.test)
    let isTestAtChance = testAccuracy <= chance + max(3 * error, 0.02)
    var warnings: [String] = []
    if isTestAtChance, accuracy <= majorityShare(digits.train) + 0.03 {
      warnings.append(
        "the network has learned nothing: its loss of \(fixed(training.loss, 4)) and its accuracy "
          + "are those of guessing (ln \(digits.classCount) = "
          + "\(fixed(log(Double(digits.classCount)), 4))); try a lower --learning-rate, and look at "
          + "the images")
    } else if isTestAtChance, accuracy >= 0.6, accuracy >= 2 * testAccuracy {
      warnings.append(
        "the network knows its training images (\(percent(accuracy))) and guesses on others "
          + "(\(percent(testAccuracy))): are the labels those of the images, or are there too few?")
    }
    if let words = deadUnits(silence, of: trainer.architecture) { warnings.append(words) }
    let losses = trainer.reports.map(\.training.loss)
    if let best = losses.min(), training.loss > 1.5 * best, training.loss > best + 0.1 {
      warnings.append(
        "the training loss rose from \(fixed(best, 4)) to \(fixed(training.loss, 4)): try a lower "
          + "--learning-rate")
    }
    return warnings
  }

  /// Says where more than a tenth of a layer's units are dead.
  private static func deadUnits(_ silence: Silence, of architecture: Architecture) -> String? {
    let layers = zip(silence.units, architecture.layers).enumerated().compactMap {
      index, layer -> String? in
      let (dead, all) = (layer.0.count, layer.1.outputs)
      return dead * 10 > all ? "\(grouped(dead)) of \(grouped(all)) in layer \(index + 1)" : nil
    }
    guard !layers.isEmpty else { return nil }
    return "units that are 0 for \(silence.images) do nothing: \(layers.joined(separator: ", ")); "
      + "try a lower --weight-decay or --learning-rate, or fewer units"
  }

  private static func isBlank(_ pixels: ArraySlice<UInt8>) -> Bool {
    pixels.allSatisfy { $0 == pixels[pixels.startIndex] }
  }

  /// The share of the most frequent class: the accuracy of always naming it.
  private static func majorityShare(_ digits: DigitSet) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for label in digits.labels { counts[Int(label)] += 1 }
    return Double(counts.max() ?? 0) / Double(max(1, digits.count))
  }

  private static func percent(_ share: Double) -> String { fixed(share * 100, 2) + " %" }
}
