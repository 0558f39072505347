import Foundation
import Kernels
import Randomness

extension Purpose {
  /// The settings of a search's trials.
  package static let search = Purpose(rawValue: 6)
}

/// The options that a search draws for each of its trials, with the values to draw from.
public struct SearchSpace: Codable, Equatable, Sendable {
  /// An option of the command `train`, and its values.
  public struct Dimension: Codable, Equatable, Sendable {
    /// The name of the option, without dashes.
    public let option: String
    /// What it is drawn from.
    public let values: Values

    /// An option with its values.
    public init(option: String, values: Values) {
      self.option = option
      self.values = values
    }
  }

  /// The values of a dimension.
  public enum Values: Codable, Equatable, Sendable {
    /// Numbers from `low` to `high`.
    ///
    /// - Parameters:
    ///   - low: the lowest; above 0 on a logarithmic scale.
    ///   - high: the highest.
    ///   - isLogarithmic: whether equal ratios are equally likely, not equal differences.
    ///   - isWhole: whether only whole numbers are drawn.
    case range(low: Double, high: Double, isLogarithmic: Bool, isWhole: Bool)
    /// One of several texts, each as likely as the others.
    case choices([String])
  }

  /// The dimensions.
  public let dimensions: [Dimension]

  /// A space of some dimensions.
  public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

  /// The values of a trial. They depend on the seed, the trial and the dimension's place alone.
  ///
  /// - Parameters:
  ///   - trial: its number, from 0.
  ///   - seed: the seed of the search.
  /// - Returns: a text for each dimension, as an option takes it.
  public func values(ofTrial trial: Int, seed: UInt64) -> [String] {
    let random = Philox(seed: seed, purpose: .search, epoch: UInt32(trial))
    return dimensions.enumerated().map { place, dimension in
      dimension.values.value(at: Double(random.uniform(UInt64(place))))
    }
  }
}

extension SearchSpace.Values {
  /// The value at a share of the way through the values, in 0 ..< 1.
  fileprivate func value(at share: Double) -> String {
    switch self {
    case .choices(let texts): texts[Int(share * Double(texts.count))]
    case .range(let low, let high, let isLogarithmic, true):
      "\(Int(min(high, Self.number(low, high + 1, isLogarithmic, share).rounded(.down))))"
    case .range(let low, let high, let isLogarithmic, false):
      "\(min(high, max(low, Self.rounded(Self.number(low, high, isLogarithmic, share), low, high))))"
    }
  }

  private static func number(
    _ low: Double, _ high: Double, _ isLogarithmic: Bool, _ share: Double
  ) -> Double {
    isLogarithmic
      ? geometricInterpolation(from: low, to: high, at: share) : low + share * (high - low)
  }

  /// A number with three significant digits, or as many more as the numbers of a narrow range have in
  /// common.
  private static func rounded(_ value: Double, _ low: Double, _ high: Double) -> Double {
    let largest = max(abs(low), abs(high))
    var digits = 3
    var span = (high - low) / largest
    while span < 0.1, digits < 15 {
      span *= 10
      digits += 1
    }
    return Double(String(format: "%.\(digits)g", value)) ?? value
  }
}
