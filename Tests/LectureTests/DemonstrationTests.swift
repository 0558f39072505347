import Foundation
import Graphs
import Lecture
import Pictures
import Randomness
import Testing
import TestSupport

@Suite struct DemonstrationTests {
  private func empty() -> Demonstration {
    Demonstration(.drawing(Drawing(width: 10, height: 10, title: "nothing")))
  }

  @Test func `a demonstration holds if all of its claims do`() {
    var shown = empty()
    shown.claim("1 = 1", found: "1", holds: true)
    #expect(shown.holds)
    shown.claim("1 = 2", found: "1", holds: false)
    shown.claim("2 = 2", found: "2", holds: true)
    #expect(!shown.holds)
    #expect(shown.claims.map(\.holds) == [true, false, true])
    #expect(shown.claims.map(\.statement) == ["1 = 1", "1 = 2", "2 = 2"])
    #expect(shown.claims.map(\.found) == ["1", "1", "2"])
  }

  @Test func `parts come in the order in which they are read`() {
    let graph = Graph()
    graph.backward(from: exp(graph.input("x", 1)))
    var shown = empty()
    #expect(shown.graph == nil)
    shown.say("first")
    var table = NumberTable("second", columns: ["a", "b"])
    table.add(1, "one")
    table.add([.number(0.5), .text("half")])
    shown.show(table)
    shown.show(graph)
    shown.say("last")
    let kinds = shown.parts.map { part in
      switch part {
      case .text(let words): words
      case .table(let table): table.title
      case .graph(let graph): "\(graph.nodes.count) nodes"
      }
    }
    #expect(kinds == ["first", "second", "2 nodes", "last"])
    #expect(shown.graph === graph)
    #expect(table.rows == [[.whole(1), .text("one")], [.number(0.5, digits: 4), .text("half")]])
  }

  @Test(
    arguments: [
      (0, 3, "0"), (-0.0, 3, "0"), (.nan, 3, "not finite"), (.infinity, 3, "not finite"),
      (-.infinity, 3, "not finite"), (1e300, 3, "1e+300"), (-1e-300, 3, "-1e-300"),
      (.leastNonzeroMagnitude, 3, "4.94e-324"), (9.9994, 4, "9.999"), (9.9996, 4, "10"),
      (9.9995, 5, "9.9995"),
      (0.00012345, 3, "0.000123"), (0.000012345, 3, "1.23e-05"), (-2.5, 3, "-2.5"),
      (999.6, 3, "1e+03"), (999.4, 3, "999"), (100, 3, "100"), (0.1, 17, "0.10000000000000001"),
    ] as [(Double, Int, String)])
  func `numbers in words`(value: Double, digits: Int, words: String) {
    #expect(significant(value, digits) == words)
  }

  /// Read back, a number is off by half a unit of its last digit at most, and no word has more
  /// digits than it was allowed.
  @Test(arguments: 1...12)
  func `numbers are rounded to their digits`(digits: Int) throws {
    var chance = Chance(seed: 1, stream: UInt32(digits))
    for _ in 0..<500 {
      let value = chance.normal() * pow(10, Double(Int.random(in: -20...20, using: &chance)))
      let words = significant(value, digits)
      let back = try #require(Double(words))
      let unit = pow(10, log10(abs(value)).rounded(.down) + 1 - Double(digits))
      // Reading, and pow itself, may be off by an ulp of the value each.
      #expect(abs(back - value) <= unit / 2 + 4 * abs(value) * doubleRoundoff, "\(value) \(words)")
      let mantissa = words.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
      #expect(mantissa.count <= digits, "\(words)")
    }
  }
}
