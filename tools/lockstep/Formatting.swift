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

/// Columns of text under their titles, numbers to the right.
struct Table {
  private var rows: [[String]]
  private let textColumns: Int

  /// A table without rows.
  ///
  /// - Parameters:
  ///   - titles: the title of each column.
  ///   - textColumns: how many of the first columns hold words, which stand to the left.
  init(_ titles: [String], textColumns: Int = 1) {
    rows = [titles]
    self.textColumns = textColumns
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines of the table, each column as wide as it needs.
  var lines: [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row.indices, row).map { index, text in
        index < textColumns
          ? text.rightPadded(to: widths[index]) : text.leftPadded(to: widths[index])
      }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
