import Kernels
import LayerKernels

/// What an optimizer keeps of each parameter from step to step: slots of the parameters' shape, such as a
/// velocity, all +0 at first.
package final class OptimizerState {
  /// The slots by their names, in the order in which the optimizer's rule takes them.
  package let slots: [(name: String, values: ParameterMemory)]

  /// State with up to two slots.
  package init(_ architecture: Architecture, slotNames: [String]) {
    precondition(slotNames.count <= 2, "\(slotNames.count) slots are more than a rule takes")
    slots = slotNames.map { ($0, ParameterMemory(architecture)) }
  }

  /// The state of a layer's weights.
  func weights(ofLayer layer: Int) -> StateSlots { state { $0.weights(ofLayer: layer) } }

  /// The state of a layer's biases.
  func biases(ofLayer layer: Int) -> StateSlots { state { $0.biases(ofLayer: layer) } }

  private func state(_ view: (ParameterMemory) -> Matrix) -> StateSlots {
    StateSlots(
      slots.first.map { view($0.values) }, slots.dropFirst().first.map { view($0.values) })
  }
}
