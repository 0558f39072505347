import Foundation
import Images
import Kernels
import Networks
import Pictures
import Randomness
import Reference
import Training

/// C3: units in layers, layers in a row.
struct LayersTopic: Topic {
  static let number = "C3"
  static let name = "layers"
  static let title = "Layers compose"
  static let explanation = """
    A feed-forward network is a directed acyclic graph of units in layers. In a multilayer \
    perceptron every unit is connected to all of the layer below: y = φ(Wx + b) per layer. The \
    network is the composition f⁽³⁾ ∘ f⁽²⁾ ∘ f⁽¹⁾, and each layer a black box to the others.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    let widths = [3, 5, 4, 2]
    let architecture = Architecture(
      inputs: widths[0],
      layers: [
        Architecture.Layer(outputs: widths[1], activation: .tanh),
        Architecture.Layer(outputs: widths[2], activation: .relu),
        Architecture.Layer(outputs: widths[3], activation: .logistic),
      ], loss: .squaredError)
    let network = Parameters(architecture, seed: classroom.seed)
    let layers = architecture.layers.indices.map { single(layer: $0, of: network) }
    var chance = classroom.chance()
    let inputs = (0..<200).map { _ in (0..<widths[0]).map { _ in Float(chance.normal()) } }
    let composed = inputs.map { input in layers.reduce(input) { $1.outputs(for: $0) } }
    let whole = inputs.map { network.outputs(for: $0) }

    var shown = Demonstration(.drawing(drawing(widths)))
    var table = NumberTable(
      "The network \(architecture)", columns: ["layer", "function", "weights", "biases"])
    for (index, layer) in architecture.layers.enumerated() {
      table.add(
        .whole(index + 1), .text("\(layer.activation.rawValue)(xW + b)"),
        .whole(widths[index] * widths[index + 1]), .whole(widths[index + 1]))
    }
    shown.show(table)
    shown.claim(
      "three networks of one layer, one after the other, are the network, to the bit",
      found: "\(zip(composed, whole).count { $0 == $1 }) of \(inputs.count) inputs",
      holds: composed == whole)
    let edges = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    shown.claim(
      "every unit is connected to all of the layer below: weights are edges, biases units",
      found: "\(edges) edges, \(widths.dropFirst().reduce(0, +)) units, "
        + "\(architecture.parameterCount) parameters",
      holds: architecture.parameterCount == edges + widths.dropFirst().reduce(0, +)
        && network.inOrder.count == architecture.parameterCount)

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
    return shown
  }

  /// A network of nothing but a layer of another.
  private func single(layer: Int, of network: Parameters) -> Parameters {
    let architecture = network.architecture
    var copy = Parameters(
      Architecture(
        inputs: architecture.inputs(ofLayer: layer), layers: [architecture.layers[layer]],
        loss: .squaredError))
    let (from, to) = (network.weights(ofLayer: layer), copy.mutableMemory.weights(ofLayer: 0))
    for output in 0..<from.columns {
      for input in 0..<from.rows { to[input, output] = from[input, output] }
      copy.mutableMemory.biases(ofLayer: 0)[0, output] = network.biases(ofLayer: layer)[0, output]
    }
    return copy
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

  /// Units as circles, weights as lines.
  private func drawing(_ widths: [Int]) -> Drawing {
    var drawing = Drawing(width: 640, height: 380, title: "A multilayer perceptron")
    let ink = RGB(gray: 40)
    drawing.add(
      .text(
        "A multilayer perceptron, f⁽³⁾ ∘ f⁽²⁾ ∘ f⁽¹⁾", Drawing.Place(320, 36), size: 17, color: ink,
        anchor: .middle))
    func place(_ layer: Int, _ unit: Int) -> Drawing.Place {
      let gap = 46.0
      return Drawing.Place(
        100 + Double(layer) * 147,
        195 + (Double(unit) - Double(widths[layer] - 1) / 2) * gap)
    }
    for layer in 0..<widths.count - 1 {
      for from in 0..<widths[layer] {
        for to in 0..<widths[layer + 1] {
          drawing.add(
            .line(
              [place(layer, from), place(layer + 1, to)], width: 1.1, color: RGB(gray: 175)))
        }
      }
    }
    let names = ["inputs x", "tanh", "ReLU", "logistic, y"]
    for layer in widths.indices {
      for unit in 0..<widths[layer] {
        drawing.add(.disc(place(layer, unit), radius: 14, color: RGB(gray: 80)))
        drawing.add(
          .disc(
            place(layer, unit), radius: 12.5,
            color: layer == 0 ? RGB(gray: 235) : RGB(red: 178, green: 214, blue: 240)))
      }
      drawing.add(
        .text(
          names[layer], Drawing.Place(place(layer, 0).x, 345), size: 14, color: ink,
          anchor: .middle))
    }
    return drawing
  }
}
