import Foundation

/// The letters of plots in pixels: each a few strokes of a round pen, drawn for this package.
///
/// Advance widths are those of Helvetica (Adobe's font metrics of the core 14 fonts).
enum StrokeFont {
  /// Units in the size of the font.
  static let unitsPerSize = 20.0
  /// The width of the pen in units.
  static let penWidth = 1.55

  /// A letter.
  struct Glyph {
    /// Units to the next letter.
    let advance: Double
    /// Lines of places in units, x from the left and y up from the baseline.
    let strokes: [[Drawing.Place]]
  }

  /// The glyph of a scalar, with a smaller and moved one for superscripts and subscripts; a hollow
  /// box where there is none.
  static func glyph(_ scalar: Unicode.Scalar) -> Glyph {
    if let glyph = glyphs[scalar] { return glyph }
    if let (base, shift) = scripts[scalar], let glyph = glyphs[base] {
      let scale = 0.62
      return Glyph(
        advance: glyph.advance * scale,
        strokes: glyph.strokes.map { $0.map { Drawing.Place($0.x * scale, $0.y * scale + shift) } })
    }
    return missing
  }

  /// Whether a scalar is drawn over the letter before it.
  static func isOverbar(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{304}" }

  static let missing = Glyph(
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
    glyphs["\u{a0}"] = glyphs[" "]
    return glyphs
  }()

  private static let scripts: [Unicode.Scalar: (Unicode.Scalar, Double)] = {
    let raised = zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵀᵗⁿᵏᴸ".unicodeScalars, "0123456789−+()TtnkL".unicodeScalars)
      .map { ($0, ($1, 6.6)) }
    let lowered = zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₙₖ".unicodeScalars, "0123456789ijnk".unicodeScalars)
      .map { ($0, ($1, -2.8)) }
    return Dictionary(uniqueKeysWithValues: raised + lowered)
  }()

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

  /// A line for each letter: the letter, its advance in thousandths of the size, its strokes.
  private static let descriptions = """
    0 556 O 5.55 7 3.9 7
    1 556 M 2.8 11.2 L 6.2 14 L 6.2 0
    2 556 A 5.5 10 3.7 4 165 -35 L 1.8 0 L 9.4 0
    3 556 A 5.3 10.6 3.5 3.4 150 -90 A 5.4 3.6 3.9 3.6 90 -155
    4 556 M 7.5 0 L 7.5 14 L 1.2 4.2 L 10 4.2
    5 556 M 8.9 14 L 3 14 L 2.3 7.5 A 5.3 4.5 4 4.5 138 -150
    6 556 O 5.6 4.4 3.8 4.4 M 1.8 4.6 Q 1.8 14 6.2 14 Q 8.6 14 9.1 11.6
    7 556 M 1.6 14 L 9.5 14 Q 5.6 8.4 4.4 0
    8 556 O 5.55 10.6 3.3 3.4 O 5.55 3.6 3.9 3.6
    9 556 O 5.5 9.6 3.8 4.4 M 9.3 9.4 Q 9.3 0 4.9 0 Q 2.5 0 2 2.4
    A 667 M 0.8 0 L 6.7 14 L 12.5 0 M 2.9 5 L 10.5 5
    B 667 M 2 0 L 2 14 L 7 14 A 7 10.6 3.7 3.4 90 -90 L 2 7.2 M 7 7.2 A 7.5 3.6 4.2 3.6 90 -90 L 2 0
    C 722 A 7.4 7 5.8 7 42 318
    D 722 M 2 0 L 2 14 L 6.4 14 A 6.4 7 6.2 7 90 -90 L 2 0
    E 667 M 11.6 14 L 2 14 L 2 0 L 11.8 0 M 2 7.3 L 10.6 7.3
    F 611 M 11 14 L 2 14 L 2 0 M 2 7.2 L 9.6 7.2
    G 778 A 7.8 7 6.2 7 42 318 L 13.6 2.6 L 13.6 6.6 L 8.8 6.6
    H 722 M 2 0 L 2 14 M 12.4 0 L 12.4 14 M 2 7.3 L 12.4 7.3
    I 278 M 2.8 0 L 2.8 14
    J 500 M 7.8 14 L 7.8 4 A 4.7 4 3.1 4 0 -180
    K 667 M 2 0 L 2 14 M 11.8 14 L 2 5 M 5.7 8.4 L 12.4 0
    L 556 M 2 14 L 2 0 L 10.2 0
    M 833 M 2 0 L 2 14 L 8.35 1.6 L 14.7 14 L 14.7 0
    N 722 M 2 0 L 2 14 L 12.4 0 L 12.4 14
    O 778 O 7.8 7 6.3 7
    P 667 M 2 0 L 2 14 L 7.6 14 A 7.6 10.2 4 3.8 90 -90 L 2 6.4
    Q 778 O 7.8 7 6.3 7 M 9 3.6 L 13.6 -0.8
    R 722 M 2 0 L 2 14 L 8 14 A 8 10.4 4 3.6 90 -90 L 2 6.8 M 8 6.8 L 12.6 0
    S 667 A 6.7 10.5 4.4 3.5 28 270 A 6.7 3.5 4.9 3.5 90 -155
    T 611 M 0.8 14 L 11.4 14 M 6.1 14 L 6.1 0
    U 722 M 2 14 L 2 5 A 7.2 5 5.2 5 180 360 L 12.4 14
    V 667 M 0.8 14 L 6.7 0 L 12.5 14
    W 944 M 0.6 14 L 5 0 L 9.45 13.4 L 13.9 0 L 18.3 14
    X 667 M 1 14 L 12.3 0 M 12.3 14 L 1 0
    Y 667 M 0.8 14 L 6.7 6.6 L 12.5 14 M 6.7 6.6 L 6.7 0
    Z 611 M 1.4 14 L 11 14 L 1 0 L 11.4 0
    a 556 M 2.1 7.9 Q 2.7 10.2 5.4 10.2 Q 8.8 10.2 8.8 7.2 L 8.8 1.6 Q 8.8 0 10.2 0.1 M 8.8 5.9 Q 7.8 5.8 5 5.4 Q 1.6 4.9 1.6 2.6 Q 1.6 -0.1 4.4 -0.1 Q 8.2 -0.1 8.8 3.4
    b 556 M 1.8 14 L 1.8 0 O 5.6 5 3.8 5.1
    c 500 A 5.4 5 3.8 5.1 42 318
    d 556 M 9.3 14 L 9.3 0 O 5.5 5 3.8 5.1
    e 556 M 1.8 5.4 L 9.4 5.4 A 5.6 5 3.8 5.1 5 320
    f 278 M 5.5 14 Q 2.7 14.3 2.7 11.4 L 2.7 0 M 0.5 10 L 5 10
    g 556 O 5.5 5 3.8 5.1 M 9.3 10 L 9.3 0 Q 9.3 -4.2 5.6 -4.2 Q 2.6 -4.2 2 -2
    h 556 M 1.8 14 L 1.8 0 M 1.8 6 Q 2.2 10.2 5.8 10.2 Q 9.1 10.2 9.1 7 L 9.1 0
    i 222 M 2.2 10 L 2.2 0 M 2.2 13.5 L 2.2 13.9
    j 222 M 2.4 10 L 2.4 -2 Q 2.4 -4.2 0.4 -4 M 2.4 13.5 L 2.4 13.9
    k 500 M 1.8 14 L 1.8 0 M 8.6 10 L 1.8 3.6 M 4.4 6.1 L 9 0
    l 222 M 2.2 14 L 2.2 0
    m 833 M 1.8 10 L 1.8 0 M 1.8 6.4 Q 2 10.2 5 10.2 Q 8.3 10.2 8.3 7 L 8.3 0 M 8.3 6.4 Q 8.6 10.2 11.6 10.2 Q 14.9 10.2 14.9 7 L 14.9 0
    n 556 M 1.8 10 L 1.8 0 M 1.8 6 Q 2.2 10.2 5.8 10.2 Q 9.1 10.2 9.1 7 L 9.1 0
    o 556 O 5.55 5 3.9 5.1
    p 556 M 1.8 10 L 1.8 -4.2 O 5.6 5 3.8 5.1
    q 556 M 9.3 10 L 9.3 -4.2 O 5.5 5 3.8 5.1
    r 333 M 1.8 10 L 1.8 0 M 1.8 6 Q 2.2 10.1 6 9.9
    s 500 A 5 7.6 3.2 2.6 28 270 A 5 2.45 3.5 2.55 90 -155
    t 278 M 2.7 13 L 2.7 2 Q 2.7 -0.1 5 0.1 M 0.5 10 L 5 10
    u 556 M 9.1 10 L 9.1 0 M 9.1 4 Q 8.7 -0.2 5 -0.2 Q 1.8 -0.2 1.8 3 L 1.8 10
    v 500 M 0.8 10 L 5 0 L 9.2 10
    w 722 M 0.6 10 L 3.9 0 L 7.2 9.6 L 10.5 0 L 13.8 10
    x 500 M 1 10 L 9 0 M 9 10 L 1 0
    y 500 M 0.8 10 L 5 0 M 9.2 10 L 4.7 -1.6 Q 3.7 -4.2 1.4 -4.1
    z 500 M 1.2 10 L 8.8 10 L 1 0 L 9.2 0
    ! 278 M 2.8 14 L 2.8 4.4 M 2.8 0 L 2.8 0.4
    " 355 M 2 14 L 2 9.8 M 5.1 14 L 5.1 9.8
    # 556 M 4.6 14 L 2.6 0 M 8.5 14 L 6.5 0 M 1 9.4 L 10.4 9.4 M 0.6 4.8 L 10 4.8
    $ 556 A 5.5 10 3.6 3 28 270 A 5.5 4 4 3 90 -155 M 5.5 15.4 L 5.5 -1.4
    % 889 O 4.2 10.6 2.8 3.4 O 13.5 3.4 2.8 3.4 M 13.3 14 L 4.4 0
    & 667 M 12.2 0 L 3.6 10 Q 2.4 14 5.6 14 Q 9 13.8 7.6 10.4 Q 7 9 4 7.4 Q 1.4 5.8 1.6 3 Q 2.2 -0.1 5.8 -0.1 Q 9.6 0.2 11 6.4
    ' 191 M 1.9 14 L 1.9 9.8
    ( 333 M 5 15 Q 0.6 5.4 5 -4.2
    ) 333 M 1.7 15 Q 6.1 5.4 1.7 -4.2
    * 389 M 3.9 14 L 3.9 8.8 M 1.6 12.7 L 6.2 10.1 M 6.2 12.7 L 1.6 10.1
    + 584 M 5.8 10.2 L 5.8 1.4 M 1.4 5.8 L 10.2 5.8
    , 278 M 2.9 0.5 L 2.9 0 L 2 -2.4
    - 333 M 1.2 5 L 5.4 5
    . 278 M 2.8 0.1 L 2.8 0.4
    / 278 M 0.2 -0.3 L 5.4 14.3
    : 278 M 2.8 0.1 L 2.8 0.4 M 2.8 9.2 L 2.8 9.5
    ; 278 M 2.9 0.5 L 2.9 0 L 2 -2.4 M 2.8 9.2 L 2.8 9.5
    < 584 M 10.2 10.2 L 1.6 5.8 L 10.2 1.4
    = 584 M 1.4 7.6 L 10.2 7.6 M 1.4 4 L 10.2 4
    > 584 M 1.4 10.2 L 10 5.8 L 1.4 1.4
    ? 556 A 5.4 10.4 3.6 3.6 165 -50 Q 5.5 6.6 5.5 4.2 M 5.5 0 L 5.5 0.4
    @ 1015 A 10 5.6 8.6 8.6 -50 -345 Q 18 1.6 15.4 1.6 Q 13.2 1.6 13.6 4.4 O 10 5.6 3.4 4
    [ 278 M 4.8 15 L 2 15 L 2 -4 L 4.8 -4
    \\ 278 M 0.2 14.3 L 5.4 -0.3
    ] 278 M 0.8 15 L 3.6 15 L 3.6 -4 L 0.8 -4
    ^ 469 M 1 8 L 4.7 14 L 8.4 8
    _ 556 M 0 -3 L 11.1 -3
    ` 333 M 2 15 L 4 12.4
    { 334 M 5.6 15 Q 3 15 3 12.6 L 3 8 Q 3 5.5 1 5.5 Q 3 5.5 3 3 L 3 -1.6 Q 3 -4 5.6 -4
    | 260 M 2.6 15 L 2.6 -4
    } 334 M 1 15 Q 3.6 15 3.6 12.6 L 3.6 8 Q 3.6 5.5 5.6 5.5 Q 3.6 5.5 3.6 3 L 3.6 -1.6 Q 3.6 -4 1 -4
    ~ 584 M 1.4 4.8 Q 3.6 8.4 5.8 5.9 Q 8 3.4 10.2 7
    − 584 M 1.4 5.8 L 10.2 5.8
    – 556 M 0.6 5 L 10.5 5
    — 1000 M 0.6 5 L 19.4 5
    × 584 M 2.2 9.4 L 9.4 2.2 M 9.4 9.4 L 2.2 2.2
    ÷ 584 M 1.4 5.8 L 10.2 5.8 M 5.8 9.6 L 5.8 9.9 M 5.8 1.7 L 5.8 2
    · 278 M 2.8 5.6 L 2.8 5.9
    … 1000 M 3.3 0.1 L 3.3 0.4 M 10 0.1 L 10 0.4 M 16.7 0.1 L 16.7 0.4
    ± 584 M 5.8 12 L 5.8 4 M 1.4 8 L 10.2 8 M 1.4 0.6 L 10.2 0.6
    ≤ 549 M 9.8 12 L 1.4 7.6 L 9.8 3.2 M 1.4 0.4 L 9.8 0.4
    ≥ 549 M 1.2 12 L 9.6 7.6 L 1.2 3.2 M 1.2 0.4 L 9.6 0.4
    ≈ 549 M 1.2 7.4 Q 3.4 10.4 5.5 8.4 Q 7.6 6.4 9.8 9.4 M 1.2 3 Q 3.4 6 5.5 4 Q 7.6 2 9.8 5
    ≠ 549 M 1.2 7.6 L 9.8 7.6 M 1.2 4 L 9.8 4 M 8 11 L 3 0.6
    ° 400 O 4 11.6 2.3 2.3
    ½ 834 M 1.6 12.4 L 3.8 14 L 3.8 6.4 M 12.6 14 L 4.2 0 A 12.2 5 2 2.3 165 -35 L 10.2 0 L 14.6 0
    √ 549 M 0.8 6 L 2.8 7 L 5.2 0 L 9.6 15 L 11 15
    ∞ 713 O 4.2 5.8 2.9 2.9 O 10 5.8 2.9 2.9
    ∂ 494 O 4.8 4 3.4 4.1 M 8.2 4.4 Q 8.6 13.8 5 13.8 Q 3 13.8 2.4 12.2
    ∇ 713 M 1.4 14 L 12.8 14 L 7.1 0 L 1.4 14
    ‖ 500 M 3.4 15 L 3.4 -4 M 6.6 15 L 6.6 -4
    → 987 M 1 5.8 L 18.4 5.8 M 14.4 9.4 L 18.6 5.8 L 14.4 2.2
    ∘ 500 O 5 5.8 2.3 2.3
    ∈ 713 M 11.4 11 L 6.8 11 A 6.8 5.6 5 5.4 90 270 L 11.4 0.2 M 1.8 5.6 L 11 5.6
    Σ 713 M 12.4 14 L 1.8 14 L 8 7.2 L 1.6 0 L 12.8 0
    λ 549 M 1.4 14 Q 4 14.4 4.8 11.6 L 9.8 0 M 5.9 8.6 L 1.4 0
    η 576 M 1.8 10 L 1.8 0 M 1.8 6 Q 2.2 10.2 5.8 10.2 Q 9.1 10.2 9.1 7 L 9.1 -4.2
    σ 603 O 5.3 4.9 3.7 5 M 5.3 9.9 L 11.4 9.9
    φ 630 O 6.3 5 4.8 5.1 M 6.3 13.6 L 6.3 -4.2
    ψ 686 M 1.4 10 L 1.4 5 Q 1.4 -0.1 6.8 -0.1 Q 12.2 -0.1 12.2 5 L 12.2 10 M 6.8 13.6 L 6.8 -4.2
    μ 576 M 1.8 10 L 1.8 -4.2 M 9.3 10 L 9.3 0 M 9.3 4 Q 8.9 -0.2 5.2 -0.2 Q 1.8 -0.2 1.8 3.4
    θ 521 O 5.2 7 3.6 7 M 1.6 7 L 8.8 7
    α 631 O 5 5 3.6 5.1 M 11 10 Q 9.6 8 8.6 5 Q 8.8 0 11.4 0.1
    β 549 M 1.8 -4.2 L 1.8 10.4 Q 1.8 14 5 14 Q 8.6 14 8.4 10.8 Q 8 7.6 4.6 7.6 Q 9.6 7.6 9.6 3.8 Q 9.4 -0.1 5.6 -0.1 Q 2.4 0 1.8 2.4
    γ 500 M 0.8 10 Q 3 10 4.8 1 M 9.2 10 L 4.8 0.6 Q 3.4 -4.2 4.8 -4.2 Q 6.4 -4.2 4.8 0.6
    δ 494 O 4.9 4.4 3.6 4.5 M 8 13.4 Q 2.6 14.4 3 11.6 Q 4 9.6 7 7.6
    ε 439 A 4.8 7.6 3 2.4 40 270 A 4.8 2.5 3.4 2.6 90 320
    π 549 M 0.8 10 L 10.4 10 M 3.4 10 Q 3.4 3 2.4 0 M 7.8 10 L 7.8 2 Q 7.8 -0.1 9.8 0.1
    ℓ 450 M 1.4 4 Q 8 9 7.4 12.6 Q 6.6 15 4.8 12.6 Q 3.6 9 3.6 3.4 Q 3.8 -0.2 6 0 Q 7 0.2 8 2
    ′ 247 M 3 14.2 L 2 10.2
    ᵢ 150 M 1.4 2.4 L 1.4 -3.2 M 1.4 4.4 L 1.4 4.6
    """
}

extension Drawing {
  /// The points that words take from left to right at a size.
  public static func width(of text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) {
      $0 + (StrokeFont.isOverbar($1) ? 0 : StrokeFont.glyph($1).advance)
    } * size / StrokeFont.unitsPerSize
  }

  /// The strokes of words on a baseline through a place, in points.
  static func strokes(
    of text: String, size: Double, at place: Place, _ anchor: Anchor, isUpward: Bool
  ) -> [[Place]] {
    let width = width(of: text, size: size)
    let start =
      switch anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    return strokes(of: text).map { stroke in
      stroke.map { point in
        let along = point.x * size / StrokeFont.unitsPerSize + start
        let above = point.y * size / StrokeFont.unitsPerSize
        return isUpward
          ? Place(place.x - above, place.y - along) : Place(place.x + along, place.y - above)
      }
    }
  }

  /// The strokes of words from the origin, in units, y up.
  private static func strokes(of text: String) -> [[Place]] {
    var strokes: [[Place]] = []
    var x = 0.0
    var last: (scalar: Unicode.Scalar, advance: Double) = (" ", 0)
    for scalar in text.unicodeScalars {
      if StrokeFont.isOverbar(scalar) {
        let tall = "bdfhklt".unicodeScalars.contains(last.scalar)
        let height = tall || last.scalar.properties.isUppercase ? 16.6 : 12.8
        strokes.append([Place(x - last.advance + 1.6, height), Place(x - 1.6, height)])
        continue
      }
      let glyph = StrokeFont.glyph(scalar)
      strokes += glyph.strokes.map { $0.map { Place(x + $0.x, $0.y) } }
      x += glyph.advance
      last = (scalar, glyph.advance)
    }
    return strokes
  }
}
