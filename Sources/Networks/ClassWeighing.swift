import Kernels
import LayerKernels

extension BatchMemory {
  /// Multiplies losses and output error signals of some samples with the weights of their classes, if classes have
  /// any.
  func weighSamples(rows: Range<Int>) {
    guard let classWeights, isForTraining, let errors = errors.last else { return }
    for row in rows {
      let weight = classWeights[Int(classes[row])]
      losses[row] *= Double(weight)
      scaleAndShift(errors[rows: row..<row + 1], by: weight, and: 0)
    }
  }
}
