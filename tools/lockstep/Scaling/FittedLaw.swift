import NumberText
import Scaling
import Statistics

/// A law of scaling as fitted to measurements, or why it could not be.
struct FittedLaw: Encodable {
  let name: String
  /// The coefficients of the law by name.
  private(set) var coefficients: [String: MedianInterval] = [:]
  /// The largest difference to a measured speed-up, as a share of it.
  private(set) var largestDeviation: Double?
  /// The reason why there are no coefficients, in words.
  private(set) var notDetermined: String?
  /// The findings of the law, sentence by sentence.
  private(set) var findings: [String] = []
  /// The law itself, to draw.
  private(set) var law: (any ScalingLaw)?

  private enum CodingKeys: CodingKey {
    case name, coefficients, largestDeviation, notDetermined, findings
  }

  private init(name: String) {
    self.name = name
  }

  static func amdahl(_ times: ScalingTimes) -> FittedLaw {
    fit("Amdahl", unknowns: 2, times) { times, fitted throws(NotDetermined) in
      let law = try AmdahlLaw(times)
      fitted.coefficients = ["serialShare": law.serialShare]
      fitted.findings = ["serial share \(shareInWords(law.serialShare))"]
      // A law that no measurement has tested is not extrapolated to more workers.
      if times.workers.count > 2 { fitted.findings.append(limitInWords(law.serialShare)) }
      return law
    }
  }

  static func universal(_ times: ScalingTimes) -> FittedLaw {
    fit("USL", unknowns: 3, times) { times, fitted throws(NotDetermined) in
      let law = try UniversalLaw(times)
      fitted.coefficients = [
        "contention": law.contention, "coherency": law.coherency, "bestWorkers": law.bestWorkers,
      ]
      fitted.findings = [
        "contention σ \(shareInWords(law.contention))",
        "coherency κ \(shareInWords(law.coherency))", bestInWords(law.bestWorkers),
      ]
      return law
    }
  }

  static func gustafson(_ times: ScalingTimes) -> FittedLaw {
    fit("Gustafson", unknowns: 2, times) { times, fitted throws(NotDetermined) in
      let law = try GustafsonLaw(times)
      fitted.coefficients = ["serialShare": law.serialShare]
      fitted.findings = ["serial share \(shareInWords(law.serialShare))"]
      return law
    }
  }

  private static func fit(
    _ name: String, unknowns: Int, _ times: ScalingTimes,
    _ fit: (ScalingTimes, inout FittedLaw) throws(NotDetermined) -> any ScalingLaw
  ) -> FittedLaw {
    var fitted = FittedLaw(name: name)
    do throws(NotDetermined) {
      let law = try fit(times, &fitted)
      let deviation = law.largestDeviation(from: times)
      fitted.law = law
      fitted.largestDeviation = deviation
      fitted.findings.append(
        times.workers.count > unknowns
          ? "at most \(percent(deviation, decimals: 1)) off a measured speed-up"
          : "\(unknowns) numbers of workers fix the law and do not test it, so it says nothing of more"
      )
    } catch {
      fitted.notDetermined = reason(error)
      fitted.findings = ["not determined: \(reason(error))"]
    }
    return fitted
  }

  private static func reason(_ error: NotDetermined) -> String {
    switch error {
    case .tooFewWorkerCounts(let found, let needed):
      "it takes \(needed) numbers of workers with a processor each, and there "
        + (found == 1 ? "is 1" : "are \(found)")
    case .fasterThanTheLaw: "p workers are more than p times as fast, which the law excludes"
    case .slowerThanTheLaw: "more workers are slower than one, which the law excludes"
    case .growsFasterAndFaster:
      "further workers help more and more, which the law excludes"
    case .otherShape: "the times do not have the law's shape"
    }
  }
}

// MARK: - Words

/// `3.1 % (1.9–4.4 %)`; a share cannot be below 0, so `none that shows (below 0.9 %)` is what an
/// interval around 0 means.
private func shareInWords(_ share: MedianInterval) -> String {
  guard let interval = share.interval else { return sharePercent(share.median) }
  if share.median <= 0 { return "none that shows (below \(sharePercent(interval.upperBound)))" }
  let low = sharePercent(interval.lowerBound).dropLast(2)
  return "\(sharePercent(share.median)) (\(low)–\(sharePercent(interval.upperBound)))"
}

/// As many decimals as a small value needs.
private func sharePercent(_ share: Double) -> String {
  let share = min(max(0, share), 1)
  return percent(share, decimals: share >= 0.01 || share == 0 ? 1 : share >= 0.001 ? 2 : 4)
}

/// 1/s: the limit of the speed-up for any number of workers.
private func limitInWords(_ share: MedianInterval) -> String {
  func limit(_ share: Double) -> String { speedUpInWords(1 / min(share, 1)) }
  let interval = share.interval ?? share.median...share.median
  guard interval.upperBound > 0 else { return "no limit to the speed-up shows" }
  guard interval.lowerBound > 0 else {
    return
      "if that holds for more workers, the limit of the speed-up is above \(limit(interval.upperBound))"
  }
  let range =
    share.interval == nil
    ? "" : " (\(limit(interval.upperBound))–\(limit(interval.lowerBound)))"
  return
    "if that holds for more workers, none are over \(limit(share.median)) times as fast\(range)"
}

private func bestInWords(_ workers: MedianInterval) -> String {
  func number(_ workers: Double) -> String { grouped(Int(min(workers, 1e9).rounded())) }
  let interval = workers.interval ?? workers.median...workers.median
  guard interval.lowerBound.isFinite, interval.lowerBound > 1 || interval.upperBound.isFinite
  else { return "no best number of workers shows" }
  guard interval.upperBound.isFinite else {
    return "the best number of workers is above \(number(interval.lowerBound))"
  }
  let range =
    workers.interval == nil
    ? "" : " (\(number(interval.lowerBound))–\(number(interval.upperBound)))"
  return "fastest with \(number(workers.median)) workers\(range)"
}

/// A speed-up with two decimals where they say something.
func speedUpInWords(_ speedUp: Double) -> String {
  speedUp < 10
    ? fixed(speedUp, 2) : speedUp < 100 ? fixed(speedUp, 1) : grouped(Int(min(speedUp, 1e9)))
}

/// `1.86 (1.80–1.90)`.
func speedUpInWords(_ speedUp: MedianInterval) -> String {
  guard let interval = speedUp.interval else { return speedUpInWords(speedUp.median) }
  return speedUpInWords(speedUp.median)
    + " (\(speedUpInWords(interval.lowerBound))–\(speedUpInWords(interval.upperBound)))"
}
