import Kernels
import LayerKernels

/// Label smoothing: t ← (1 − ε)t + ε/K for K outputs (Szegedy et al. 2016).
package struct LabelSmoothing: Sendable {
  fileprivate let kept: Float
  fileprivate let added: Float

  /// The factors of a share.
  ///
  /// - Parameters:
  ///   - share: ε, the share of a target that all outputs divide among themselves, in 0 ..< 1.
  ///   - outputs: K.
  package init(_ share: Double, outputs: Int) {
    kept = Float(1 - share)
    added = Float(share / Double(outputs))
  }
}

extension BatchMemory {
  /// Smooths the targets of some samples, if they are to be smoothed.
  package func smoothTargets(rows: Range<Int>) {
    guard let labelSmoothing else { return }
    scaleAndShift(targets[rows: rows], by: labelSmoothing.kept, and: labelSmoothing.added)
  }
}
