import Foundation

extension Graph: CustomStringConvertible {
  /// A table of the nodes, parents before children, with a line for each row of their values.
  public var description: String {
    let titles = [["node"], ["operation"], ["shape"], ["value"], ["error signal"]]
    let cells =
      [titles]
      + nodes.map {
        [[$0.name], [$0.formula], [$0.value.shape], $0.value.lines, $0.errorSignal.lines]
      }
    let widths = titles.indices.map { column in cells.flatMap { $0[column].map(\.count) }.max() ?? 0
    }
    return cells.flatMap { row in
      (0..<(row.map(\.count).max() ?? 0)).map { line in
        let texts = row.map { line < $0.count ? $0[line] : "" }
        let padded = zip(texts, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
      }
    }.joined(separator: "\n")
  }

  /// The graph in the language of Graphviz: `dot -Tsvg`.
  public var dot: String {
    func quoted(_ text: String) -> String {
      let escaped = text.replacingOccurrences(of: "\\", with: "\\\\")
        .replacingOccurrences(of: "\"", with: "\\\"").replacingOccurrences(of: "\n", with: "\\n")
      return "\"\(escaped)\""
    }
    let boxes = nodes.map { node in
      let isConstant = node.operation == "constant"
      let isShort = node.parents.isEmpty || node.name == node.formula
      let label =
        (isShort ? node.name : "\(node.name) = \(node.formula)")
        + (isConstant ? "" : "\nvalue \(node.value)\nerror \(node.errorSignal)")
      let style = isConstant ? ", shape=plain" : node.parents.isEmpty ? ", style=rounded" : ""
      return "  n\(node.index) [label=\(quoted(label))\(style)];"
    }
    let arrows = nodes.flatMap { node in
      zip(node.parents, node.slopeLabels).map { parent, slope in
        "  n\(parent.index) -> n\(node.index) [label=\(quoted(slope.joined(separator: "\n")))];"
      }
    }
    let style = ["rankdir=LR", "node [shape=box, fontname=Helvetica]", "edge [fontname=Helvetica]"]
    return (["digraph {"] + style.map { "  \($0);" } + boxes + arrows + ["}\n"])
      .joined(separator: "\n")
  }
}

extension Node {
  /// What computes it, with the names of its parents: `x ∘ y`, `exp(v3)`, `x^2`.
  public var formula: String {
    let names = parents.map(\.name)
    // An operand that is itself written with an operator stands in parentheses.
    func isCompound(_ name: String) -> Bool {
      let call = name.firstIndex(of: "(").map { name[..<$0].allSatisfy(\.isLetter) } ?? false
      return name.hasPrefix("−") || name.contains(" ") && !(call && name.hasSuffix(")"))
    }
    let operands = names.map { isCompound($0) ? "(\($0))" : $0 }
    if names.isEmpty { return operation }
    if operation.hasPrefix("^") { return operands[0] + operation }
    if operation.count > 1 { return "\(operation)(\(names.joined(separator: ", ")))" }
    return names.count == 1
      ? operation + operands[0] : operands.joined(separator: " \(operation) ")
  }

  /// The local slope by each parent in lines for an arrow: one number where all are equal. For a
  /// product of matrices, what the error signal is multiplied by.
  public var slopeLabels: [[String]] {
    zip(slopes, parents.indices).map { slopes, position in
      guard let slopes else {
        return [position == 0 ? "· \(parents[1].name)ᵀ" : "\(parents[0].name)ᵀ ·"]
      }
      let isOne = slopes.values.allSatisfy { $0 == slopes.values[0] }
      return isOne ? RealMatrix(slopes.values[0]).lines(digits: 3) : slopes.lines(digits: 3)
    }
  }
}

extension RealMatrix: CustomStringConvertible {
  /// A number, or the rows of a matrix, divided by semicolons.
  public var description: String {
    values.count == 1 ? lines[0] : "[\(lines.joined(separator: "; "))]"
  }

  /// A line for each row; no more than the first six rows and columns, and an ellipsis for others.
  public var lines: [String] { lines(digits: 6) }

  /// The lines with so many significant digits.
  public func lines(digits: Int) -> [String] {
    let lines = (0..<min(rows, 6)).map { row in
      (self.row(row).prefix(6).map { String(format: "%.\(digits)g", $0 == 0 ? 0 : $0) }
        + (columns > 6 ? ["…"] : [])).joined(separator: " ")
    }
    return lines + (rows > 6 ? ["…"] : [])
  }
}
