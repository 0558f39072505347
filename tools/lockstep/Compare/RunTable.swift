import Lockstep

/// Facts about runs as a table that fits a terminal: a column per run, else a line per run in as many
/// tables as that takes, else a block per run.
struct RunTable {
  private let names: [String]
  private let rows: [Comparison.Row]

  /// - Parameters:
  ///   - names: the runs.
  ///   - rows: the facts.
  init(names: [String], rows: [Comparison.Row]) {
    self.names = names
    self.rows = rows
  }

  /// The lines, none of which is wider than the terminal.
  func lines(width: Int) -> [String] {
    columnPerRun(width) ?? linePerRun(width) ?? blockPerRun(width)
  }

  private static let nothing = "–"

  private func columnPerRun(_ width: Int) -> [String]? {
    var table = Table([""] + names, textColumns: 1 + names.count)
    for row in rows { table.add([row.name] + row.values.map { $0 ?? Self.nothing }) }
    let lines = table.lines(width: .max)
    return lines.allSatisfy { $0.count <= width } ? lines : nil
  }

  /// Tables with a line for each run, if three of them show all.
  private func linePerRun(_ width: Int) -> [String]? {
    let nameWidth = names.map(\.count).max() ?? 0
    var pieces: [[Comparison.Row]] = []
    var taken = 0
    for row in rows {
      let needed = 2 + max(row.name.count, row.values.map { ($0 ?? Self.nothing).count }.max() ?? 0)
      guard nameWidth + needed <= width else { return nil }
      if pieces.isEmpty || taken + needed > width {
        pieces.append([])
        taken = nameWidth
      }
      pieces[pieces.count - 1].append(row)
      taken += needed
    }
    guard pieces.count <= 3 else { return nil }
    return pieces.map { rows in
      var table = Table([""] + rows.map(\.name), textColumns: 1 + rows.count)
      for (index, name) in names.enumerated() {
        table.add([name] + rows.map { $0.values[index] ?? Self.nothing })
      }
      return table.lines(width: .max)
    }.joined(separator: [""]).map(\.self)
  }

  /// A block for each run, with the facts that it has.
  private func blockPerRun(_ width: Int) -> [String] {
    let nameWidth = rows.map(\.name.count).max() ?? 0
    return names.enumerated().flatMap { index, name in
      [name]
        + rows.flatMap { row in
          row.values[index].map { value in
            let lines = hanging(value, width: width, indent: nameWidth + 4)
            return ["  \(row.name.rightPadded(to: nameWidth))  \(lines.first ?? "")"]
              + lines.dropFirst()
          } ?? []
        }
    }
  }
}

/// Text in lines of a width, broken between words; all but the first are indented.
func hanging(_ text: String, width: Int, indent: Int = 2) -> [String] {
  let margin = String(repeating: " ", count: indent)
  let lines = wrapped(text, to: width - indent).split(separator: "\n").map(String.init)
  return lines.prefix(1) + lines.dropFirst().map { margin + $0 }
}

/// Text of at most so many columns: what is too much is left out in its middle.
func cut(_ text: String, to width: Int) -> String {
  guard text.count > width, width > 1 else { return text }
  let tail = (width - 1) * 2 / 3
  return text.prefix(width - 1 - tail) + "…" + text.suffix(tail)
}
