/// An element of a page with text in it, which is escaped.
func element(_ name: String, _ attributes: String = "", text: String) -> String {
  element(name, attributes, content: String(decoding: escaped(text), as: UTF8.self))
}

/// An element of a page with others in it.
func element(_ name: String, _ attributes: String = "", content: String) -> String {
  "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(content)</\(name)>"
}

/// A table that scrolls sideways on a narrow screen.
///
/// - Parameters:
///   - caption: what it shows, for those who hear it.
///   - titles: those of the columns; the first one is above the rows' names.
///   - rows: the name of each, with its cells.
///   - isCount: whether cells are numbers, which stand to the right.
/// - Returns: the elements.
func table(
  caption: String, titles: [String], rows: [[String]], isCount: Bool = false
) -> String {
  let head = titles.map { element("th", "scope=\"col\"", text: $0) }.joined()
  let body = rows.map { row in
    let cells = row.dropFirst().map { element("td", isCount ? "class=\"count\"" : "", text: $0) }
    return element(
      "tr", content: element("th", "scope=\"row\"", text: row.first ?? "") + cells.joined())
  }.joined(separator: "\n")
  let content =
    element("caption", "class=\"hidden\"", text: caption)
    + element("thead", content: element("tr", content: head)) + element("tbody", content: body)
  return element(
    "div", "class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"",
    content: element("table", "class=\"facts-table\"", content: content))
}
