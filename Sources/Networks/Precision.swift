import Kernels

/// The element type of matrix products. Sums, weights and everything else are always floats.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// 32 bits, 24 of them significant.
  case float
  /// The factors of products are rounded to bfloat16: 16 bits, 8 of them significant. A first layer
  /// that skips zeros still multiplies floats, which is faster.
  case bf16

  /// Whether this build is compiled for a processor that has the instructions for it.
  public var isAvailable: Bool {
    switch self {
    case .float: true
    case .bf16: hasBFloat16
    }
  }
}
