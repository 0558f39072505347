import Files
import Lockstep

extension RunReport {
  /// Writes the page, atomically and durably.
  ///
  /// - Parameter path: the file.
  /// - Throws: `inputOutput` with the system's reason.
  public func write(to path: String) throws(FileProblem) {
    try writeDurably(page, to: path)
  }

  /// The page: one HTML file that holds its styles, scripts, pictures and numbers.
  public var page: [UInt8] {
    let content: [String: [UInt8]] = [
      "title": escaped("\(title) – Lockstep"),
      "heading": escaped(title),
      "summary": escaped(summary),
      "version": escaped(lockstepVersion),
      "style": PackageResources.report_css + PackageResources.figures_css
        + PackageResources.print_css,
      "report": withoutTags(Array(jsonText(self, isPretty: false).utf8)),
      "script": script(of: Self.scripts),
    ]
    return filled(PackageResources.report_html, with: content)
  }

  /// The scripts, each after what it uses when it is read.
  static let scripts = [
    PackageResources.dom_js, PackageResources.resampling_js, PackageResources.ink_js,
    PackageResources.parts_js, PackageResources.preparation_js, PackageResources.network_js,
    PackageResources.strokes_js, PackageResources.sprite_js, PackageResources.theme_js,
    PackageResources.colors_js, PackageResources.charts_js, PackageResources.learning_js,
    PackageResources.calibration_js, PackageResources.confusion_js, PackageResources.mistakes_js,
    PackageResources.history_js, PackageResources.features_js, PackageResources.verdict_js,
    PackageResources.drawing_js, PackageResources.facts_js, PackageResources.main_js,
  ]
}

/// Scripts as the content of one element, with names of their own.
func script(of files: [[UInt8]]) -> [UInt8] {
  Array("\"use strict\";\n(() => {\n".utf8) + files.joined() + Array("})();\n".utf8)
}

/// A template with its `{{name}}`s replaced. What stands in their place is not looked at again.
func filled(_ template: [UInt8], with content: [String: [UInt8]]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(template.count + content.values.reduce(0) { $0 + $1.count })
  for (index, part) in String(decoding: template, as: UTF8.self).components("{{").enumerated() {
    guard index > 0, let end = part.firstRange(of: "}}") else {
      result += Array(part.utf8)
      continue
    }
    guard let value = content[String(part[..<end.lowerBound])] else {
      preconditionFailure("the template asks for \(part[..<end.lowerBound])")
    }
    result += value
    result += Array(part[end.upperBound...].utf8)
  }
  return result
}

extension String {
  fileprivate func components(_ separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}

/// Text for the content of an element or an attribute.
func escaped(_ text: String) -> [UInt8] {
  text.utf8.reduce(into: []) { result, byte in
    switch byte {
    case UInt8(ascii: "&"): result += Array("&amp;".utf8)
    case UInt8(ascii: "<"): result += Array("&lt;".utf8)
    case UInt8(ascii: ">"): result += Array("&gt;".utf8)
    case UInt8(ascii: "\""): result += Array("&quot;".utf8)
    case UInt8(ascii: "'"): result += Array("&#39;".utf8)
    default: result.append(byte)
    }
  }
}

/// JSON that no browser takes for a tag: in JSON, `<` stands only in strings, which may write it by
/// its number.
func withoutTags(_ json: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(json.count + 64)
  for byte in json {
    if byte == UInt8(ascii: "<") { result += Array("\\u003c".utf8) } else { result.append(byte) }
  }
  return result
}
