import Foundation
import Images
import Kernels
import Networks
import Pictures
import Randomness
import Reference
import Training

/// C3: units in layers, layers in a row.
package struct LayersTopic: Topic {
  package static let number = "C3"
  package static let name = "layers"
  package static let title = "Layers compose"
  package static let explanation = """
    A feed-forward network is a directed acyclic graph of units in layers. In a multilayer \
    perceptron every unit is connected to all of the layer below: y = φ(Wx + b) per layer. The \
    network is the composition f⁽³⁾ ∘ f⁽²⁾ ∘ f⁽¹⁾, and each layer a black box to the others. The \
    network and its layers are the trainer's own, with random weights.
    """
  package static let formula = #"""
    y = f^{(L)}(\cdots f^{(2)}(f^{(1)}(x))), \qquad f^{(l)}(h) = \varphi(W^{(l)} h + b^{(l)})
    """#
  package static let question = Question(
    "Two hidden units of a layer change places, with all of their weights. What changes in the outputs?",
    answer: """
      Nothing but rounding: the layer above adds the same products in another order. So a network \
      with 5 units in a layer has at least 5! = 120 sets of weights for the same function, by \
      exchanges in that layer alone.
      """)
  package static let exercise = """
    Build it deeper and count before you look: `lockstep lecture layers --hidden 6,4,4 --plot c3.svg`.
    """

  /// The widths of the hidden layers.
  package var hidden = [5, 4]

  package init() {}

  package var validationError: String? {
    (1...4).contains(hidden.count) && hidden.allSatisfy { (1...7).contains($0) }
      ? nil : "one to four hidden layers of one to seven units are drawn"
  }

  private var widths: [Int] { [3] + hidden + [2] }

  /// tanh and ReLU in turn, logistic at the end.
  private var activations: [Activation] {
    hidden.indices.map { $0 % 2 == 0 ? .tanh : .relu } + [.logistic]
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    let architecture = Architecture(
      inputs: widths[0],
      layers: zip(widths.dropFirst(), activations).map {
        Architecture.Layer(outputs: $0, activation: $1)
      }, loss: .squaredError)
    let network = Parameters(architecture, seed: classroom.seed)
    let layers = architecture.layers.indices.map { network.layer($0) }
    var chance = classroom.chance()
    let inputs = (0..<200).map { _ in (0..<widths[0]).map { _ in Float(chance.normal()) } }
    let composed = inputs.map { input in layers.reduce(input) { $1.outputs(for: $0) } }
    let whole = inputs.map { network.outputs(for: $0) }

    var shown = Demonstration(.drawing(drawing()))
    var table = NumberTable(
      "The network \(architecture)", columns: ["layer", "function", "weights", "biases"])
    for (index, layer) in architecture.layers.enumerated() {
      table.add(
        .whole(index + 1), .text("\(layer.activation.rawValue)(Wx + b)"),
        .whole(widths[index] * widths[index + 1]), .whole(widths[index + 1]))
    }
    shown.show(table)
    shown.claim(
      "\(layers.count) networks of one layer, one after the other, are the network, to the bit",
      found: "\(zip(composed, whole).count { $0 == $1 }) of \(inputs.count) inputs",
      holds: composed == whole)
    let edges = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    shown.claim(
      "every unit is connected to all of the layer below: weights are edges, biases units",
      found: "\(edges) edges, \(widths.dropFirst().reduce(0, +)) units, "
        + "\(architecture.parameterCount) parameters",
      holds: architecture.parameterCount == edges + widths.dropFirst().reduce(0, +)
        && network.inOrder.count == architecture.parameterCount)
    claimPermutation(network, inputs, &chance, &shown)
    claimBackward(network, inputs, &chance, &shown)
    return shown
  }

  private func claimPermutation(
    _ network: Parameters, _ inputs: [[Float]], _ chance: inout Chance,
    _ shown: inout Demonstration
  ) {
    let permuted = Self.permuted(network, using: &chance)
    let differences = inputs.map { input in
      maximum(
        of: zip(permuted.outputs(for: input), network.outputs(for: input)).map {
          Double(abs($0 - $1))
        })
    }
    let allowed = inputs.map { input in
      (EstimatedNetwork(network).units(input).last ?? []).map(\.value.error).max() ?? 0
    }
    shown.claim(
      "exchanging hidden units with their weights does not change the function",
      found: "largest difference \(significant(differences.max() ?? 0, 2)), rounding in another "
        + "order allows \(significant(2 * (allowed.max() ?? 0), 2))",
      holds: zip(differences, allowed).allSatisfy { $0 <= 2 * $1 })
  }

  /// The way back through the layers, against the chain rule in double precision.
  private func claimBackward(
    _ network: Parameters, _ inputs: [[Float]], _ chance: inout Chance,
    _ shown: inout Demonstration
  ) {
    let samples = Array(inputs.prefix(20))
    let targets = samples.map { _ in (0..<2).map { _ in Float(chance.uniform(0...1)) } }
    let batch = Batch(inputs: samples, targets: targets)
    let found = network.gradient(batch)
    let expected = EstimatedNetwork(network).gradient(batch).gradient.inOrder
    let shares = zip(found, expected).map { value, estimate in
      let distance = abs(Double(value) - estimate.value)
      return distance == 0 ? 0 : distance / estimate.error
    }
    shown.claim(
      "so does the way back: the trainer's error signals pass layer by layer, and give the chain "
        + "rule's derivative by every weight and bias",
      found: "\(shares.count { $0 <= 1 }) of \(expected.count) derivatives within rounding",
      holds: shares.count == expected.count && maximum(of: shares) <= 1)
  }

  /// The network with the units of its first hidden layer in another order.
  private static func permuted(_ network: Parameters, using chance: inout Chance) -> Parameters {
    var copy = network
    let width = network.architecture.layers[0].outputs
    let order = Array(0..<width).shuffled(using: &chance)
    for (new, old) in order.enumerated() {
      for input in 0..<network.architecture.inputs {
        copy.mutableMemory.weights(ofLayer: 0)[input, new] = network.weights(ofLayer: 0)[input, old]
      }
      copy.mutableMemory.biases(ofLayer: 0)[0, new] = network.biases(ofLayer: 0)[0, old]
      for output in 0..<network.architecture.layers[1].outputs {
        copy.mutableMemory.weights(ofLayer: 1)[new, output] =
          network.weights(ofLayer: 1)[old, output]
      }
    }
    return copy
  }

  /// Units as circles with their names, weights as lines.
  private func drawing() -> Drawing {
    let gap = 46.0
    let room = gap * Double(widths.max() ?? 1)
    var drawing = Drawing(width: 720, height: room + 160, title: "A multilayer perceptron")
    let ink = RGB(gray: 40)
    func text(_ words: String, _ x: Double, _ y: Double, _ size: Double) {
      drawing.add(.text(words, Drawing.Place(x, y), size: size, color: ink, anchor: .middle))
    }
    func number(_ value: Int, _ digits: String) -> String {
      String(Array(digits)[min(value, digits.count - 1)])
    }
    func superscript(_ value: Int) -> String { "⁽\(number(value, "⁰¹²³⁴⁵⁶⁷⁸⁹"))⁾" }
    let names = (1..<widths.count).reversed().map { "f\(superscript($0))" }
    text("A multilayer perceptron, " + names.joined(separator: " ∘ "), 360, 36, 17)

    let step = 560 / Double(widths.count - 1)
    func place(_ layer: Int, _ unit: Int) -> Drawing.Place {
      Drawing.Place(
        80 + Double(layer) * step,
        92 + room / 2 + (Double(unit) - Double(widths[layer] - 1) / 2) * gap)
    }
    for layer in 0..<widths.count - 1 {
      for from in 0..<widths[layer] {
        for to in 0..<widths[layer + 1] {
          drawing.add(
            .line([place(layer, from), place(layer + 1, to)], width: 1.1, color: RGB(gray: 175)))
        }
      }
    }
    for layer in widths.indices {
      let isLast = layer == widths.count - 1
      let letter = layer == 0 ? "x" : isLast ? "y" : "h"
      for unit in 0..<widths[layer] {
        let center = place(layer, unit)
        drawing.add(.disc(center, radius: 16, color: RGB(gray: 80)))
        drawing.add(
          .disc(
            center, radius: 14.5,
            color: layer == 0 ? RGB(gray: 235) : RGB(red: 178, green: 214, blue: 240)))
        text(letter + number(unit + 1, "₀₁₂₃₄₅₆₇₈₉"), center.x, center.y + 4.5, 13)
      }
      let x = place(layer, 0).x
      text(layer == 0 ? "inputs" : isLast ? "outputs" : "hidden layer \(layer)", x, room + 120, 13)
      if layer > 0 {
        text(activations[layer - 1].rawValue, x, room + 140, 13)
        text(
          "W\(superscript(layer)): \(widths[layer]) × \(widths[layer - 1])", x - step / 2, 74, 13)
      }
    }
    return drawing
  }
}
