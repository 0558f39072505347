import Foundation

/// The letters of drawings: each a few strokes of a round pen, drawn for this package.
///
/// Advance widths are those of Helvetica (Adobe's font metrics of the core 14 fonts).
enum StrokeFont {
  /// Units in the size of the font.
  static let unitsPerSize = 20.0
  /// The width of the pen in units.
  static let penWidth = 1.55

  /// A letter or a line of them.
  struct Glyph {
    /// Units from its start to what follows.
    let advance: Double
    /// Lines of places in units, x from the left and y up from the baseline.
    let strokes: [[Drawing.Place]]
  }

  /// Words in one line from the origin, in units, y up.
  static func line(_ text: String) -> Glyph {
    var strokes: [[Drawing.Place]] = []
    var x = 0.0
    var last = missing
    for scalar in text.unicodeScalars.flatMap(parts) {
      if let accent = accent(scalar, over: last) {
        strokes += accent.map { $0.map { Drawing.Place(x - last.advance / 2 + $0.x, $0.y) } }
        continue
      }
      last = glyph(scalar) ?? missing
      strokes += last.strokes.map { $0.map { Drawing.Place(x + $0.x, $0.y) } }
      x += last.advance
    }
    return Glyph(advance: x, strokes: strokes)
  }

  /// A scalar, or the letter and the accents that it is made of where only they can be drawn.
  private static func parts(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if glyph(scalar) != nil || isAccent(scalar) { return [scalar] }
    let parts = String(Character(scalar)).decomposedStringWithCanonicalMapping.unicodeScalars
    return parts.allSatisfy { glyph($0) != nil || isAccent($0) } ? Array(parts) : [scalar]
  }

  /// The glyph of a scalar, a smaller and moved one for superscripts and subscripts.
  private static func glyph(_ scalar: Unicode.Scalar) -> Glyph? {
    if let glyph = glyphs[scalar] { return glyph }
    if let (base, shift) = scripts[scalar], let glyph = glyphs[base] {
      let scale = 0.62
      return Glyph(
        advance: glyph.advance * scale,
        strokes: glyph.strokes.map { $0.map { Drawing.Place($0.x * scale, $0.y * scale + shift) } })
    }
    return scalar.properties.isWhitespace ? glyphs[" "] : nil
  }

  /// Stands for a letter without a glyph: a hollow box.
  private static let missing = Glyph(
    advance: 12,
    strokes: [[(2, 0), (10, 0), (10, 13), (2, 13), (2, 0)].map { Drawing.Place($0.0, $0.1) }])

  private static let glyphs: [Unicode.Scalar: Glyph] = {
    var glyphs: [Unicode.Scalar: Glyph] = [:]
    for line in descriptions.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2, let scalar = words[0].unicodeScalars.first,
        let advance = Double(words[1])
      else { continue }
      glyphs[scalar] = Glyph(
        advance: advance / 1000 * unitsPerSize,
        strokes: strokes(words.dropFirst(2).map(String.init)))
    }
    glyphs[" "] = Glyph(advance: 0.278 * unitsPerSize, strokes: [])
    // The sign for a millionth is the Greek letter.
    glyphs["\u{b5}"] = glyphs["\u{3bc}"]
    return glyphs
  }()

  private static let scripts: [Unicode.Scalar: (Unicode.Scalar, Double)] = {
    let raised = zip(
      "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵀᵗⁿᵏᴸᵖᶻˣⁱʲᵐ".unicodeScalars, "0123456789−+()TtnkLpzxijm".unicodeScalars
    )
    .map { ($0, ($1, 6.6)) }
    let lowered = zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₙₖₘₗₓ".unicodeScalars, "0123456789ijnkmlx".unicodeScalars)
      .map { ($0, ($1, -2.8)) }
    return Dictionary(uniqueKeysWithValues: raised + lowered)
  }()

  // MARK: - Accents

  /// As wide as the letter below it.
  private static let bar: Unicode.Scalar = "\u{304}"

  private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    scalar == bar || accents[scalar] != nil
  }

  /// An accent over a glyph, x from the glyph's middle; nil for a letter.
  private static func accent(_ scalar: Unicode.Scalar, over glyph: Glyph) -> [[Drawing.Place]]? {
    let half = max(1.5, glyph.advance / 2 - 1.6)
    let shape =
      scalar == bar ? [[(-half, 0), (half, 0)].map { Drawing.Place($0.0, $0.1) }] : accents[scalar]
    let top = glyph.strokes.joined().map(\.y).max() ?? 0
    return shape?.map { $0.map { Drawing.Place($0.x, $0.y + max(top, 10) + 2.6) } }
  }

  private static let accents: [Unicode.Scalar: [[Drawing.Place]]] = {
    var accents: [Unicode.Scalar: [[Drawing.Place]]] = [:]
    for line in accentDescriptions.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard let scalar = UInt32(words[0], radix: 16).flatMap(Unicode.Scalar.init) else { continue }
      accents[scalar] = strokes(Array(words.dropFirst()))
    }
    return accents
  }()

  // MARK: - Descriptions

  /// Strokes from their description: `M x y` begins one, `L x y` goes on straight, `Q cx cy x y`
  /// along a quadratic curve, `A cx cy rx ry from to` along an ellipse between two angles in
  /// degrees, `O cx cy rx ry` is a whole ellipse.
  private static func strokes(_ words: [String]) -> [[Drawing.Place]] {
    var strokes: [[Drawing.Place]] = []
    var rest = words[...]
    func numbers(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).map { Double($0) ?? 0 }
    }
    while let command = rest.popFirst() {
      switch command {
      case "M":
        let n = numbers(2)
        strokes.append([Drawing.Place(n[0], n[1])])
      case "L":
        let n = numbers(2)
        strokes[strokes.count - 1].append(Drawing.Place(n[0], n[1]))
      case "Q":
        let n = numbers(4)
        guard let start = strokes.last?.last else { continue }
        strokes[strokes.count - 1] += (1...8).map { step in
          let t = Double(step) / 8
          let (a, b, c) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t)
          return Drawing.Place(a * start.x + b * n[0] + c * n[2], a * start.y + b * n[1] + c * n[3])
        }
      case "A", "O":
        let n = numbers(command == "A" ? 6 : 4) + [0, 360]
        let arc = (0...20).map { step in
          let angle = (n[4] + (n[5] - n[4]) * Double(step) / 20) * .pi / 180
          return Drawing.Place(n[0] + n[2] * cos(angle), n[1] + n[3] * sin(angle))
        }
        // An arc goes on from a stroke that has been begun beside it.
        if command == "A", let last = strokes.last?.last,
          hypot(last.x - arc[0].x, last.y - arc[0].y) < 1.5
        {
          strokes[strokes.count - 1] += arc
        } else {
          strokes.append(arc)
        }
      default: continue
      }
    }
    return strokes
  }
}
