import Foundation
import Lecture

// The section of a topic. Without its script the page still shows the course, though nothing turns.

extension CoursePage.Lesson {
  /// The name of its section.
  var anchor: String { topic.number.lowercased() }

  /// All of it, words to the left and what was run to the right.
  func section(part: CoursePart) -> String {
    let heading =
      element("p", "class=\"eyebrow\"", text: "\(topic.number) · \(part.title)")
      + element("h2", "id=\"\(anchor)-title\"", text: topic.title)
    let idea = topic.explanation.components(separatedBy: "\n\n").map {
      element("p", content: code(in: $0))
    }
    let words = [heading] + idea + [formula, question]
    let shown = [figure, slider, found, numbers, exercise, frames]
    return element(
      "section",
      "class=\"topic\(run.pictures.count > 4 ? " many" : "")\" id=\"\(anchor)\" aria-labelledby=\"\(anchor)-title\"",
      content: element("div", "class=\"words\"", content: words.joined(separator: "\n"))
        + element("div", "class=\"shown\"", content: shown.joined(separator: "\n")))
  }

  private var formula: String {
    let parts = CoursePage.mathML[topic.formula] ?? [element("code", text: topic.formula)]
    return element("div", "class=\"formula\"", content: parts.joined(separator: "\n"))
  }

  private var question: String {
    element(
      "div", "class=\"predict\"",
      content: element(
        "p", content: element("b", text: "Predict first. ") + code(in: topic.question.text))
        + element(
          "details",
          content: element("summary", text: "Answer")
            + element("p", content: code(in: topic.question.answer))))
  }

  private var figure: String {
    element(
      "figure", "class=\"plot\"",
      content: element(
        "div", run.isWhole ? "class=\"drawing whole\"" : "class=\"drawing\"",
        content: run.pictures.joined(separator: "\n"))
        + element("figcaption", content: element("code", text: run.command)))
  }

  private var slider: String {
    guard let slider = topic.slider else { return "" }
    let name = "\(anchor)-turn"
    return element(
      "div", "class=\"turn no-print\" hidden",
      content: element("label", "for=\"\(name)\"", content: code(in: "Turn: \(slider.title)"))
        + "<input type=\"range\" id=\"\(name)\" min=\"0\" max=\"\(slider.values.count)\" step=\"1\" value=\"0\">"
        + element("output", "for=\"\(name)\"", text: "as in the course")
        + element("button", "type=\"button\" class=\"play\"", text: "Play"))
  }

  private var found: String {
    element("ul", "class=\"claims\"", content: run.claimsMarkup)
  }

  private var numbers: String {
    guard !run.tables.isEmpty else { return "" }
    let tables = run.tables.map { shown in
      element("h3", text: shown.title)
        + table(
          caption: shown.title, titles: shown.columns, rows: shown.rows.map { $0.map(\.text) },
          isCount: true)
    }
    return element(
      "details", "class=\"numbers\"",
      content: element("summary", text: "Numbers") + tables.joined(separator: "\n"))
  }

  private var exercise: String {
    element(
      "p", "class=\"exercise\"", content: element("b", text: "Try. ") + code(in: topic.exercise))
  }

  /// The turned runs for the script, which parses them when they are first asked for.
  private var frames: String {
    guard let slider = topic.slider else { return "" }
    let frames = zip(slider.values, turned).map { value, run in
      Frame(
        value: value, command: run.command, pictures: run.pictures, claims: run.claims,
        leftOut: run.leftOut)
    }
    let json = JSONEncoder()
    json.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? json.encode(frames) else {
      preconditionFailure("words and finite numbers can be written as JSON")
    }
    return element(
      "script", "type=\"application/json\" class=\"frames\"",
      content: String(decoding: withoutTags(Array(bytes)), as: UTF8.self))
  }
}

/// A run as the script reads it.
private struct Frame: Encodable {
  let value: String
  let command: String
  let pictures: [String]
  let claims: [Claim]
  let leftOut: [LeftOut]
}

extension CoursePage.Run {
  /// A list's items, verdicts first.
  fileprivate var claimsMarkup: String {
    let items =
      claims.map { claim in
        item(claim.holds ? "holds" : "fails", claim.statement, claim.found)
      } + leftOut.map { item("left out", $0.statement, $0.reason) }
    return items.joined(separator: "\n")
  }

  private func item(_ verdict: String, _ statement: String, _ evidence: String) -> String {
    element(
      "li", "class=\"\(verdict.replacing(" ", with: "-"))\"",
      content: element("b", text: verdict) + " "
        + element("span", content: code(in: "\(statement): "))
        + element("span", "class=\"found\"", content: code(in: evidence)))
  }
}

/// Words with commands between grave accents, and with indices and exponents as in λ_max, z_{ℓ} and
/// e^{xy}.
private func code(in words: String) -> String {
  words.components(separatedBy: "`").enumerated().map { index, part in
    guard index.isMultiple(of: 2) else { return element("code", text: part) }
    return String(decoding: escaped(part), as: UTF8.self)
      .replacing(/\^\{([^{}]*)\}/) { element("sup", content: String($0.1)) }
      .replacing(/(\p{L}\p{M}*)_(?:\{([^{}]*)\}|(\p{L}+))/) {
        "\($0.1)" + element("sub", content: String($0.2 ?? $0.3 ?? ""))
      }
  }.joined()
}
