import Foundation
import Graphs
import Pictures

/// D3: the derivative of a function that depends on its argument by two ways.
struct ChainRule: Topic {
  static let number = "D3"
  static let name = "chain-rule"
  static let title = "The chain rule for several variables"
  static let showsGraph = true
  static let explanation = """
    f = y + e^{xy} depends on t by two ways, x = cos t and y = t². Its derivative is the sum over \
    both: df/dt = y e^{xy} (−sin t) + (1 + x e^{xy}) 2t. The backward pass adds up the same sum in \
    the error signal of t.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    let curve = stride(from: -2.0, through: 2.001, by: 0.02).map { FunctionGraph(t: $0) }
    var shown = Demonstration(
      .figure(
        Figure(
          title: "A function and its derivative by the backward pass",
          plots: [
            Plot(
              horizontal: Axis("t"), vertical: Axis("value"),
              series: [
                Series("f", curve.map { Series.Point($0.t.value.scalar, $0.f.value.scalar) }),
                Series("df/dt", curve.map { Series.Point($0.t.value.scalar, $0.derivative) }),
              ])
          ])))

    shown.say("At t = 0.7, every value on its way forward, every error signal on its way back:")
    shown.show(FunctionGraph(t: 0.7).graph)

    var table = NumberTable("df/dt", columns: ["t", "backward pass", "closed form", "difference"])
    var largest = 0.0
    for t in [-1.3, -0.4, 0, 0.7, 2.1] {
      let found = FunctionGraph(t: t).derivative
      let expected = closedForm(t)
      largest = maximum(of: [largest, abs(found - expected)])
      table.add(
        .number(t), .number(found, digits: 12), .number(expected, digits: 12),
        .number(found - expected, digits: 2))
    }
    shown.show(table)
    shown.claim(
      "the backward pass finds df/dt to 1e-12 at five values of t",
      found: "largest difference \(significant(largest, 2))", holds: largest <= 1e-12)
    return shown
  }

  /// y e^{xy} (−sin t) + (1 + x e^{xy}) 2t.
  private func closedForm(_ t: Double) -> Double {
    let (x, y) = (Foundation.cos(t), t * t)
    let power = Foundation.exp(x * y)
    return y * power * -Foundation.sin(t) + (1 + x * power) * 2 * t
  }
}

/// f = y + e^{xy}, x = cos t, y = t², after its backward pass.
private struct FunctionGraph {
  let graph = Graph()
  let t: Node
  let f: Node

  init(t value: Double) {
    t = graph.input("t", value)
    let x = cos(t).named("x")
    let y = power(t, 2).named("y")
    f = (y + exp((x * y).named("xy")).named("e^{xy}")).named("f")
    graph.backward(from: f)
  }

  var derivative: Double { t.errorSignal.scalar }
}
