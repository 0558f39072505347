import Foundation
import NumberText
import Training

// The format of numbers in the output of the command.

extension String {
  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  func rightPadded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

/// A share as per cent: 94.20 %.
func percent(_ share: Double, decimals: Int = 2) -> String { fixed(share * 100, decimals) + " %" }

/// A time: 1:02:03, 2:03 or 3.1 s.
func spoken(_ duration: Duration) -> String {
  let seconds = duration.seconds
  guard seconds >= 60 else { return fixed(seconds, seconds < 10 ? 1 : 0) + " s" }
  let whole = Int(seconds)
  let (hours, minutes) = (whole / 3600, whole / 60 % 60)
  let tail = "\(whole % 60)".count == 1 ? "0\(whole % 60)" : "\(whole % 60)"
  return hours > 0
    ? "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)" : "\(minutes):\(tail)"
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension Evaluation {
  /// The accuracy with its standard error: `94.20 % ± 0.74 % (942 of 1,000)`.
  var accuracyInWords: String? {
    guard let accuracy, let standardError, let correctCount else { return nil }
    return
      "\(percent(accuracy)) ± \(percent(standardError)) (\(grouped(correctCount)) of \(grouped(count)))"
  }
}
