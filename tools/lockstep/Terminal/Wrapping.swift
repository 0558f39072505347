/// Text with its lines broken between words; line breaks that it has are kept.
func wrapped(_ text: String, to width: Int) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    var lines = [""]
    for word in line.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }.joined(separator: "\n")
}

/// The width of prose: that of the terminal, but not beyond what is pleasant to read.
let pageWidth = min(100, Terminal.output.width)

/// Text whose lines fit a terminal. A line that is too long is broken between words and goes on below
/// the value that it tells, if it is one of `name  value`; lines of JSON stay whole.
///
/// - Parameters:
///   - text: lines.
///   - width: the most characters of a line.
/// - Returns: the lines; a word that is longer than a line stays whole.
func fitted(_ text: String, to width: Int) -> String {
  guard text.count > width else { return text }
  return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    guard line.count > width, let first = line.first(where: { $0 != " " }),
      !"{}[]\"".contains(first)
    else { return String(line) }
    let value = line.firstMatch(of: /^\S+( \S+)*  +(?=\S)/)?.output.0.count
    let indent = value ?? line.prefix { $0 == " " }.count
    guard indent < width / 2 else { return String(line) }
    let margin = String(repeating: " ", count: indent)
    let rest = wrapped(String(line.dropFirst(indent)), to: width - indent)
    return line.prefix(indent) + rest.replacing("\n", with: "\n" + margin)
  }.joined(separator: "\n")
}
