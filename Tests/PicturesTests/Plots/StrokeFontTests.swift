import Foundation
import Pictures
import Testing
import TestSupport

@Suite struct StrokeFontTests {
  /// The strokes of words at a size of 20, whose units are those of the font, y up.
  private func strokes(_ words: String) -> [[Drawing.Place]] {
    Drawing.strokes(of: words, size: 20, at: Drawing.Place(0, 0), .start, isUpward: false)
      .map { $0.map { Drawing.Place($0.x, -$0.y) } }
  }

  /// What stands for a letter that the font has not: one of a private area of Unicode.
  private var missing: [[Drawing.Place]] { strokes("\u{e000}") }

  /// What plots of the lecture are written with, apart from ASCII.
  private static let symbols =
    "−–—×÷·…±≤≥≈≠°½¼√∞∂∇‖→←↦∘∈′″‴ℓ"
    + "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
    + "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵀᵗⁿᵏᴸᵖᶻˣⁱʲᵐ₀₁₂₃₄₅₆₇₈₉ᵢⱼₙₖₘₗₓ"

  @Test func `every letter has a glyph of its own`() {
    let letters = (33...126).compactMap { Unicode.Scalar($0).map(String.init) }
    var owners: [String: String] = [:]
    for letter in letters + Self.symbols.map(String.init) {
      let glyph = strokes(letter)
      #expect(!glyph.isEmpty && glyph.allSatisfy { $0.count >= 2 }, "\(letter)")
      #expect(glyph != missing, "\(letter)")
      #expect(owners.updateValue(letter, forKey: "\(glyph)") == nil, "\(letter)")
    }
  }

  /// All letters that the lecture's sources are written with, as any of them may come into a
  /// picture.
  @Test func `every letter of the lecture has a glyph`() throws {
    var letters: Set<Character> = []
    for folder in ["Sources/Lecture", "Sources/Reference", "Sources/Graphs"] {
      let files = try #require(
        FileManager.default.enumerator(
          at: packageRoot.appending(path: folder), includingPropertiesForKeys: nil))
      for case let file as URL in files where file.pathExtension == "swift" {
        letters.formUnion(try String(contentsOf: file, encoding: .utf8))
      }
    }
    #expect(letters.count > 100)
    for letter in letters where !letter.isWhitespace {
      let glyph = strokes(String(letter))
      #expect(!glyph.isEmpty, "\(letter)")
      #expect(!glyph.contains { missing.contains($0) }, "\(letter)")
    }
  }

  @Test func `a letter without a glyph is a box`() {
    for letter in ["\u{e000}", "語", "🙂", "\u{7}", "\u{200b}", "\u{fffd}"] {
      #expect(strokes(letter) == missing)
      #expect(Drawing.width(of: letter, size: 20) > 0)
    }
    let height = missing.joined().map(\.y).max() ?? 0
    #expect(height > 10, "a box is as high as a letter")
  }

  @Test func `every width is positive and holds the letter`() {
    let letters = (32...126).compactMap { Unicode.Scalar($0).map(String.init) }
    for letter in letters + Self.symbols.map(String.init) {
      let width = Drawing.width(of: letter, size: 20)
      #expect(width > 0, "\(letter)")
      for place in strokes(letter).joined() {
        // A fraction's slash and a smaller number reach over their sides by less than 2 units.
        #expect((-2...width + 2).contains(place.x), "\(letter)")
        // Lines of words are at least 24 units apart.
        #expect((-5.5...16).contains(place.y), "\(letter)")
      }
    }
  }

  @Test func `widths are those of Helvetica`() {
    // Adobe's font metrics: thousandths of the size.
    for (letter, width) in [
      ("A", 667), ("i", 222), ("m", 833), ("0", 556), (" ", 278), ("@", 1015),
    ] {
      #expect(abs(Drawing.width(of: letter, size: 1000) - Double(width)) < 1e-9)
    }
  }

  @Test func `spaces and ends of lines are blank`() {
    for blank in [" ", "\u{a0}", "\t", "\n", "\u{2009}"] {
      #expect(strokes(blank).isEmpty)
      #expect(Drawing.width(of: blank, size: 20) == Drawing.width(of: " ", size: 20))
    }
  }

  @Test func `superscripts are small and high, and subscripts are small and low`() {
    func heights(_ letter: String) -> (low: Double, high: Double) {
      let heights = strokes(letter).joined().map(\.y)
      return (heights.min() ?? 0, heights.max() ?? 0)
    }
    for (plain, raised, lowered) in [
      ("0", "⁰", "₀"), ("7", "⁷", "₇"), ("k", "ᵏ", "ₖ"), ("n", "ⁿ", "ₙ"),
    ] {
      let (full, high, low) = (heights(plain), heights(raised), heights(lowered))
      #expect(high.low > full.low + 3 && high.high > full.high)
      #expect(low.low < full.low - 1 && low.high < full.high - 3)
      #expect(high.high - high.low < 0.7 * (full.high - full.low))
      #expect(Drawing.width(of: raised, size: 20) < Drawing.width(of: plain, size: 20))
    }
  }

  @Test func `a bar is over its letter and takes no room`() {
    for letter in ["y", "x", "h", "W", "i", "λ", "1", "ℓ"] {
      let (plain, barred) = (strokes(letter), strokes(letter + "\u{304}"))
      #expect(barred.dropLast() == plain[...])
      let bar = barred.last ?? []
      let top = plain.joined().map(\.y).max() ?? 0
      #expect(bar.allSatisfy { $0.y > top + 1.55 }, "\(letter)")
      let width = Drawing.width(of: letter, size: 20)
      #expect(Drawing.width(of: letter + "\u{304}", size: 20) == width)
      #expect(bar.allSatisfy { (-1...width + 1).contains($0.x) }, "\(letter)")
      #expect(
        Drawing.width(of: letter + "\u{304}z", size: 20)
          == Drawing.width(of: letter + "z", size: 20))
    }
  }

  @Test func `composed letters are drawn from their parts`() {
    for (composed, parts) in [
      ("\u{233}", "y\u{304}"), ("\u{101}", "a\u{304}"), ("\u{e9}", "e\u{301}"),
      ("\u{fc}", "u\u{308}"),
      ("\u{177}", "y\u{302}"), ("\u{1ebd}", "e\u{303}"), ("\u{d6}", "O\u{308}"), ("\u{2126}", "Ω"),
    ] {
      #expect(strokes(composed) == strokes(parts))
      #expect(strokes(composed) != missing)
    }
    #expect(strokes("\u{b5}") == strokes("μ"), "the sign for a millionth")
    // Is drawn whole, though Unicode takes it apart.
    #expect(strokes("≠").count == 3)
  }

  @Test func `an accent without a letter does no harm`() {
    #expect(Drawing.width(of: "\u{304}", size: 20) == 0)
    #expect(strokes("\u{304}\u{301}x").joined().allSatisfy { $0.x.isFinite && $0.y.isFinite })
  }
}
