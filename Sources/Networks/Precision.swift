import Kernels

/// The element type of matrix products. Sums, weights and everything else are always floats.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// 32 bits, 24 of them significant.
  case float
  /// The factors of products are rounded to bfloat16: 16 bits, 8 of them significant. Terms are added
  /// in the order of AVX-512's VDPBF16PS. A first layer that skips zeros still multiplies floats,
  /// which is faster.
  case bf16
  /// The same in the order of the matrix unit's TDPBF16PS (AMX), which is emulated where there is
  /// none. The first layer multiplies all inputs, zeros too.
  case bf16Matrix = "bf16-matrix"

  /// The faster one of the precisions with bfloat16 on this machine.
  public static var bfloat16OfThisMachine: Precision {
    BFloat16Unit.matrix.isUsable ? .bf16Matrix : .bf16
  }

  /// Whether this build is compiled for a processor that has the instructions for it.
  public var isAvailable: Bool { unit?.isUsable ?? true }

  /// Whether products are faster than those of floats on this machine.
  public var isFasterThanFloats: Bool { unit?.isFasterThanFloats ?? false }

  /// The unit that multiplies bfloat16 numbers on this machine; nil for floats.
  var unit: BFloat16Unit? {
    switch self {
    case .float: nil
    case .bf16: .vector
    case .bf16Matrix: BFloat16Unit.matrix.isUsable ? .matrix : .emulatedMatrix
    }
  }

  /// Whether the first layer may skip zeros.
  public var skipsZeros: Bool { self != .bf16Matrix }
}
