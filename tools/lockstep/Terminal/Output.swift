/// Prints text and a line break. All that the command prints goes through here, since names of
/// classes, files and data sets may come from someone else's files. Long lines are broken where a
/// terminal would break them.
func print(_ text: String, terminator: String = "\n") {
  Swift.print(fitted(visible(text), to: Terminal.output.lineLimit), terminator: terminator)
}

/// Prints lines that color the terminal; their text is the command's own.
func printPicture(_ lines: [String]) {
  for line in lines { Swift.print(line) }
}

/// Text without control characters but line breaks and tabs, which a terminal might obey: each other
/// one becomes its Unicode number, as `\u{1B}`.
func visible(_ text: String) -> String {
  func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: scalar == "\n" || scalar == "\t"
    // Marks that turn the direction of what follows.
    case .format: !("\u{202A}"..."\u{202E}" ~= scalar || "\u{2066}"..."\u{2069}" ~= scalar)
    default: true
    }
  }
  guard !text.unicodeScalars.allSatisfy(isShown) else { return text }
  return text.unicodeScalars.reduce(into: "") { shown, scalar in
    if isShown(scalar) {
      shown.unicodeScalars.append(scalar)
    } else {
      shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }
}
