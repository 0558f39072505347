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
    var parts: [[Int]] = []
    // Each part begins with the first column and has at least another one.
    var part = [0]
    var room = width - widths[0] - 2
    for column in rows[0].indices.dropFirst() {
      if widths[column] > room, part.count > 1 {
        parts.append(part)
        part = [0]
        room = width - widths[0] - 2
      }
      part.append(column)
      room -= widths[column] + 2
    }
    parts.append(part)
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
