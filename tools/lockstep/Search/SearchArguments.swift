import ArgumentParser
import Foundation
import Lockstep

/// The words of a search that are options of `lockstep train`: those that all trials have in common, and
/// those that are drawn, from `low..high` or `a|b|c`.
struct SearchArguments {
  /// The words that all trials have in common.
  private(set) var common: [String] = []
  /// What is drawn.
  private(set) var dimensions: [SearchSpace.Dimension] = []

  /// The options whose scale is logarithmic: a good value may be ten times another one. Widths and batch
  /// sizes are drawn so, too, as by Bergstra and Bengio, "Random Search for Hyper-Parameter
  /// Optimization", JMLR 2012.
  static let logarithmicOptions = [
    "learning-rate", "weight-decay", "epsilon", "gradient-norm", "hidden", "batch-size",
  ]

  /// The options that all trials have in common, with the reason.
  private static let commonOptions = [
    "epochs": "rungs are of some of the same epochs",
    "seed": "trials with other seeds would have other validation images",
    "validation": "trials are compared on the same validation images",
    "settings": "trials differ by what is drawn alone",
    "from": "trials differ by what is drawn alone",
  ]

  /// Sorts the words.
  ///
  /// - Throws: `ValidationError` for what is neither an option of `train` nor can be drawn for it.
  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard word.hasPrefix("--") else {
        if isDrawn(word) { throw ValidationError("\(word) belongs to no option") }
        common.append(word)
        continue
      }
      let option = String(parts[0].dropFirst(2))
      if parts.count == 2, isDrawn(parts[1]) {
        try add(option, String(parts[1]))
      } else if parts.count == 1, let value = rest.first, isDrawn(value) {
        rest.removeFirst()
        try add(option, value)
      } else {
        common.append(word)
      }
    }
    do throws(UsageProblem) {
      _ = try TrialOptions(common)
    } catch {
      throw ValidationError(error.description)
    }
    guard !dimensions.isEmpty else {
      throw ValidationError(
        "nothing to search for: give some option of lockstep train as a range, low..high, or as choices, "
          + "'a|b|c'")
    }
  }

  private mutating func add(_ option: String, _ value: String) throws {
    if let reason = Self.commonOptions[option] {
      throw ValidationError("--\(option) \(value): \(reason), so it takes one value")
    }
    if dimensions.contains(where: { $0.option == option }) {
      throw ValidationError("--\(option) is given twice")
    }
    let values = value.contains("|") ? try choices(option, value) : try range(option, value)
    dimensions.append(SearchSpace.Dimension(option: option, values: values))
  }

  private func choices(_ option: String, _ value: String) throws -> SearchSpace.Values {
    let choices = value.split(separator: "|", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard !choices.contains("") else {
      throw ValidationError("--\(option) \(value): a choice is empty")
    }
    for choice in choices {
      if let complaint = TrialOptions.complaint(about: option, choice) {
        throw ValidationError(complaint)
      }
    }
    return .choices(choices)
  }

  private func range(_ option: String, _ value: String) throws -> SearchSpace.Values {
    func problem(_ words: String) -> ValidationError {
      ValidationError("--\(option) \(value): \(words)")
    }
    let texts = value.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    // Names first: a misspelt option is no matter of its value.
    let complaint = TrialOptions.complaint(about: option, texts[0])
    if let complaint, complaint.hasPrefix("Unknown option") { throw ValidationError(complaint) }
    guard let low = Double(texts[0]), let high = Double(texts[1]), low.isFinite, high.isFinite
    else {
      throw problem("a range is of two numbers, low..high; choices are written a|b|c")
    }
    if let complaint = complaint ?? TrialOptions.complaint(about: option, texts[1]) {
      throw problem("a range is no value of this option: \(complaint)")
    }
    guard low < high else {
      throw problem(low == high ? "both ends are the same" : "the range ends below its beginning")
    }
    let isLogarithmic = Self.logarithmicOptions.contains(option)
    if isLogarithmic && low <= 0 {
      throw problem("the scale of this option is logarithmic, so the range begins above 0")
    }
    let isWhole =
      TrialOptions.complaint(about: option, "\(low.rounded(.down) + 0.5)") != nil
    return .range(low: low, high: high, isLogarithmic: isLogarithmic, isWhole: isWhole)
  }
}

/// Whether a value is to be drawn: it holds choices, or two dots and is no path.
private func isDrawn(_ value: some StringProtocol) -> Bool {
  value.contains("|") || (value.contains("..") && !value.contains("/"))
}
