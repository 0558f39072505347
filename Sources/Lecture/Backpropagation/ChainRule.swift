import Foundation
import Graphs
import Pictures

/// D3: the derivative of a function that depends on its argument by two ways.
package struct ChainRule: Topic {
  package static let number = "D3"
  package static let name = "chain-rule"
  package static let title = "The chain rule for several variables"
  package static let showsGraph = true
  package static let explanation = """
    f = y + e^{xy} depends on t by two ways, x = cos t and y = t². Its derivative is the sum over \
    both: df/dt = y e^{xy} (−sin t) + (1 + x e^{xy}) 2t. The backward pass adds up the same sum in \
    the error signal of t.

    A graph in double precision runs here.
    """
  package static let formula = #"""
    \frac{\mathrm{d}f}{\mathrm{d}t} = \frac{\partial f}{\partial x}\frac{\mathrm{d}x}{\mathrm{d}t} \#
    + \frac{\partial f}{\partial y}\frac{\mathrm{d}y}{\mathrm{d}t} \#
    \quad = y e^{xy}(-\sin t) + (1 + x e^{xy})\,2t
    """#
  package static let question = Question(
    "What is df/dt at t = 0, where x = 1 and y = 0?",
    answer: """
      0. Both ways end in a slope that is 0 there: dx/dt = −sin 0 and dy/dt = 2 · 0, whatever comes \
      back to x and y.
      """)
  package static let exercise = """
    At which t between −2 and −1 do the two ways cancel most? Try `lockstep lecture d3 --t -1.3`. Then \
    change the function: \
    `lockstep lecture graph "y + exp(x*y)" --let "x=cos(t), y=t^3" --at t=0.7`
    """
  package static let slider: Slider? = Slider(
    "argument t", option: "--t", values: ["-2", "-1.3", "-0.7", "0", "0.7", "1.3", "2"])

  /// Where the derivative is taken.
  package var t = 0.7

  /// At t = 0.7.
  package init() {}

  package var validationError: String? {
    abs(t) <= 20 ? nil : "t is a number from −20 to 20; e^{xy} is too large elsewhere"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    let example = FunctionGraph(t: t)
    var shown = Demonstration(.drawing(example.graph.drawing(title: Self.title)))
    shown.say(
      "At t = \(significant(t, 6)), every value on its way forward, every error signal on its way "
        + "back:")
    shown.show(example.graph)

    var table = NumberTable(
      "df/dt", columns: ["t", "by x", "by y", "backward pass", "closed form", "difference"])
    var share = 0.0
    let places = [-1.3, -0.4, 0, 0.7, 2.1]
    for t in places + (places.contains(t) ? [] : [t]) {
      let function = FunctionGraph(t: t)
      let closed = ClosedForm(t)
      let found = function.derivative
      let distance = abs(found - closed.byX - closed.byY)
      share = maximum(of: [share, distance == 0 ? 0 : distance / closed.rounding])
      table.add(
        .number(t), .number(closed.byX, digits: 8), .number(closed.byY, digits: 8),
        .number(found, digits: 12), .number(closed.byX + closed.byY, digits: 12),
        .number(found - closed.byX - closed.byY, digits: 2))
    }
    shown.show(table)
    shown.claim(
      "the backward pass finds df/dt in closed form, at \(table.rows.count) values of t",
      found: "at most \(significant(share * 100, 2)) % of what rounding allows", holds: share <= 1)

    // By way of x and of y, as the arrows from t in the picture say.
    let ways = [example.x, example.y].map { $0.errorSignal.scalar * ($0.slopes[0]?.scalar ?? .nan) }
    let sum = ways[0] + ways[1]
    shown.claim(
      "the error signal of t is x̄ dx/dt + ȳ dy/dt",
      found: "\(significant(ways[0], 6)) + \(significant(ways[1], 6)) = "
        + significant(example.derivative, 6),
      holds: abs(sum - example.derivative) <= 2 * 0x1p-53 * (abs(ways[0]) + abs(ways[1])))
    shown.checkDifferences(of: example.f, by: [example.t])
    return shown
  }
}

/// y e^{xy} (−sin t) by way of x and (1 + x e^{xy}) 2t by way of y.
private struct ClosedForm {
  let byX: Double
  let byY: Double
  /// How far rounding may take two ways of computing the sum apart.
  ///
  /// The exponent xy carries up to 8u |xy|, of which the power is off by as much of itself; it and
  /// all other operations add up to 20u of each way.
  let rounding: Double

  init(_ t: Double) {
    let (x, y) = (Foundation.cos(t), t * t)
    let power = Foundation.exp(x * y)
    byX = y * power * -Foundation.sin(t)
    byY = (1 + x * power) * 2 * t
    let size = abs(byX) + (1 + abs(x) * power) * 2 * abs(t)
    rounding = 2 * (8 * abs(x * y) + 20) * 0x1p-53 * size
  }
}

/// f = y + e^{xy}, x = cos t, y = t², after its backward pass.
private struct FunctionGraph {
  let graph = Graph()
  let t: Node
  let x: Node
  let y: Node
  let f: Node

  init(t value: Double) {
    t = graph.input("t", value)
    x = cos(t).named("x")
    y = power(t, 2).named("y")
    f = (y + exp((x * y).named("xy")).named("e^{xy}")).named("f")
    graph.backward(from: f)
  }

  var derivative: Double { t.errorSignal.scalar }
}
