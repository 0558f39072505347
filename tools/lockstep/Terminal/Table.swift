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

  /// The lines of the table, each column as wide as it needs. Where a terminal is narrower, the table
  /// goes on below with the columns that are left, each part with the first one.
  var lines: [String] { lines(width: Terminal.output.lineLimit) }

  /// The lines of the table in parts of at most this width, as far as two columns fit.
  func lines(width: Int) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var parts: [[Int]] = [[]]
    var room = width
    for column in rows[0].indices {
      let isFull = widths[column] > room && (parts.last?.count ?? 0) > (parts.count > 1 ? 1 : 0)
      if isFull, column > 0 {
        parts.append([0])
        room = width - widths[0] - 2
      }
      parts[parts.count - 1].append(column)
      room -= widths[column] + 2
    }
    let blocks = parts.map { part in rows.map { line(of: $0, columns: part, widths: widths) } }
    return Array(blocks.joined(separator: [""]))
  }

  private func line(of row: [String], columns: [Int], widths: [Int]) -> String {
    let line = columns.map { column in
      column < textColumns
        ? row[column].rightPadded(to: widths[column]) : row[column].leftPadded(to: widths[column])
    }.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
