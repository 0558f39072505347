import Kernels

/// The numbers that products are taken of. Sums, weights and all else are floats in any case.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// 32 bits, 24 of them significant.
  case float
  /// The factors of products are rounded to 16 bits, 8 of them significant (bfloat16); a first layer
  /// that skips zeros still multiplies floats, which is faster.
  case bf16

  /// Whether this build has the instructions for it: only what a package is compiled for is used.
  public var isAvailable: Bool {
    switch self {
    case .float: true
    case .bf16: hasBFloat16
    }
  }
}
