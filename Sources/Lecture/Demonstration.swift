import Foundation
import Graphs
import NumberText
import Pictures

/// The result of a topic: text and numbers in order, claims with their checks, and a plot.
public struct Demonstration {
  /// A piece of the printed text.
  public enum Part {
    /// A paragraph.
    case text(String)
    case table(NumberTable)
    /// A computation graph with its values and error signals.
    case graph(Graph)
  }

  /// A picture of it.
  public enum Illustration {
    case figure(Figure)
    case drawing(Drawing)
  }

  /// Paragraphs, tables and graphs in the order in which they are read.
  public private(set) var parts: [Part] = []
  /// The claims of the topic, with the evidence.
  public private(set) var claims: [Claim] = []
  /// What the topic claims only for other parameters, with the reason.
  public private(set) var leftOut: [LeftOut] = []
  /// The plot that `--plot` writes.
  public let illustration: Illustration

  /// A demonstration with nothing but its picture.
  package init(_ illustration: Illustration) {
    self.illustration = illustration
  }

  /// Adds a paragraph.
  package mutating func say(_ text: String) { parts.append(.text(text)) }

  /// Adds a table.
  package mutating func show(_ table: NumberTable) { parts.append(.table(table)) }

  /// Adds a computation graph.
  package mutating func show(_ graph: Graph) { parts.append(.graph(graph)) }

  /// Adds a claim.
  ///
  /// - Parameters:
  ///   - statement: what should be true, as a sentence without its full stop.
  ///   - found: the evidence, in words or as a number.
  ///   - holds: whether it is true.
  package mutating func claim(_ statement: String, found: String, holds: Bool) {
    claims.append(Claim(statement: statement, found: found, holds: holds))
  }

  /// Leaves out a claim that does not follow from the parameters.
  ///
  /// - Parameters:
  ///   - statement: what is not claimed, as a sentence without its full stop.
  ///   - reason: why, as words that follow a colon.
  package mutating func leaveOut(_ statement: String, because reason: String) {
    leftOut.append(LeftOut(statement: statement, reason: reason))
  }

  /// Whether every claim held.
  public var holds: Bool { claims.allSatisfy(\.holds) }

  /// The first graph that is shown, if there is one.
  public var graph: Graph? {
    parts.lazy.compactMap { part in
      if case .graph(let graph) = part { graph } else { nil }
    }.first
  }
}

/// A sentence of the lecture and whether it came true.
public struct Claim: Equatable, Encodable, Sendable {
  /// What should be true.
  public let statement: String
  /// What was found.
  public let found: String
  /// Whether it is true.
  public let holds: Bool
}

/// A sentence of the lecture that other parameters would have to make true.
public struct LeftOut: Equatable, Encodable, Sendable {
  /// What is not claimed.
  public let statement: String
  /// Why it does not follow from the parameters.
  public let reason: String
}

/// Numbers in columns with titles.
public struct NumberTable: Equatable, Sendable {
  /// What stands in a column of a row.
  public enum Cell: Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case whole(Int)
    /// A number and how many of its digits say something.
    case number(Double, digits: Int)

    /// Words.
    public init(stringLiteral text: String) { self = .text(text) }

    /// A whole number.
    public init(integerLiteral value: Int) { self = .whole(value) }

    /// A number of four digits.
    package static func number(_ value: Double) -> Cell { .number(value, digits: 4) }

    /// As it is read in a table.
    public var text: String {
      switch self {
      case .text(let text): text
      case .whole(let value): grouped(value)
      case .number(let value, let digits): significant(value, digits)
      }
    }
  }

  /// What the table shows.
  public let title: String
  /// The columns' titles.
  public let columns: [String]
  /// A cell for each column.
  public private(set) var rows: [[Cell]]

  /// A table without rows.
  package init(_ title: String, columns: [String]) {
    self.title = title
    self.columns = columns
    rows = []
  }

  /// Adds a row.
  package mutating func add(_ row: Cell...) { add(row) }

  /// Adds a row.
  package mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
    rows.append(row)
  }
}

/// A number with so many significant digits, the same in every locale: `0.0123`, `1.2e-13`.
public func significant(_ value: Double, _ digits: Int = 3) -> String {
  value.isFinite ? String(format: "%.\(digits)g", value == 0 ? 0 : value) : "not finite"
}
