import Foundation
import Graphs
import Lecture
import NumberText

/// A demonstration as text or JSON.
struct TopicReport: Encodable {
  let number: String
  let name: String
  let title: String
  let explanation: String
  let seed: UInt64
  let claims: [Claim]
  let leftOut: [LeftOut]
  let holds: Bool
  private let parts: [Demonstration.Part]

  init(_ topic: any Topic.Type, _ demonstration: Demonstration, seed: UInt64) {
    number = topic.number
    name = topic.name
    title = topic.title
    explanation = topic.explanation
    self.seed = seed
    claims = demonstration.claims
    leftOut = demonstration.leftOut
    holds = demonstration.holds
    parts = demonstration.parts
  }

  /// Everything, in lines of up to `width` characters.
  func text(width: Int) -> String {
    let paragraphs = explanation.components(separatedBy: "\n\n").map { wrapped($0, to: width) }
    let shown = parts.map { part in
      switch part {
      case .text(let text): wrapped(text, to: width)
      case .table(let table): ([table.title] + table.lines).joined(separator: "\n")
      case .graph(let graph): graph.description
      }
    }
    return
      (["\(number)  \(title)"] + paragraphs + shown + [claimsText(width: width)])
      .joined(separator: "\n\n")
  }

  /// A line for each claim and each that is left out, the words that follow set in.
  func claimsText(width: Int) -> String {
    func line(_ verdict: String, _ statement: String, _ evidence: String) -> String {
      wrapped("\(statement): \(evidence)", to: max(20, width - verdict.count))
        .split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\n" + String(repeating: " ", count: verdict.count))
    }
    let lines =
      claims.map {
        let verdict = $0.holds ? "✓ holds   " : "✗ fails   "
        return verdict + line(verdict, $0.statement, $0.found)
      }
      + leftOut.map {
        let verdict = "– left out  "
        return verdict + line(verdict, $0.statement, $0.reason)
      }
    return lines.joined(separator: "\n")
  }
}

// MARK: - JSON

extension TopicReport {
  private enum CodingKeys: CodingKey {
    case number, name, title, explanation, seed, text, tables, graphs, claims, leftOut, holds
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(number, forKey: .number)
    try values.encode(name, forKey: .name)
    try values.encode(title, forKey: .title)
    try values.encode(explanation, forKey: .explanation)
    try values.encode(seed, forKey: .seed)
    try values.encode(claims, forKey: .claims)
    try values.encode(leftOut, forKey: .leftOut)
    try values.encode(holds, forKey: .holds)
    try values.encode(
      parts.compactMap { if case .text(let text) = $0 { text } else { nil } }, forKey: .text)
    try values.encode(
      parts.compactMap { if case .table(let table) = $0 { TableJSON(table) } else { nil } },
      forKey: .tables)
    try values.encode(
      parts.compactMap {
        if case .graph(let graph) = $0 { graph.nodes.map(NodeJSON.init) } else { nil }
      },
      forKey: .graphs)
  }
}

private struct TableJSON: Encodable {
  let title: String
  let columns: [String]
  let rows: [[CellJSON]]

  init(_ table: NumberTable) {
    title = table.title
    columns = table.columns
    rows = table.rows.map { $0.map { CellJSON(cell: $0) } }
  }
}

private struct CellJSON: Encodable {
  let cell: NumberTable.Cell

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch cell {
    case .text(let text): try value.encode(text)
    case .whole(let number): try value.encode(number)
    case .number(let number, _): try value.encode(number)
    }
  }
}

private struct NodeJSON: Encodable {
  let name: String
  let operation: String
  let parents: [String]
  let shape: [Int]
  let value: [Double]
  let errorSignal: [Double]
  /// ∂v/∂parent for each parent; null for a product of matrices.
  let slopes: [[Double]?]

  init(_ node: Node) {
    name = node.name
    operation = node.operation
    parents = node.parents.map(\.name)
    shape = [node.value.rows, node.value.columns]
    value = node.value.values
    errorSignal = node.errorSignal.values
    slopes = node.slopes.map { $0?.values }
  }
}

// MARK: - Text

extension NumberTable {
  /// Titles and rows as aligned text.
  fileprivate var lines: [String] {
    var table = Table(columns)
    for row in rows { table.add(row.map(\.text)) }
    return table.lines
  }
}
