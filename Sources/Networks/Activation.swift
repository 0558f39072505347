import Kernels
import LayerKernels

/// The activation function φ of a unit, applied to its weighted sum z (lecture C2).
public enum Activation: String, CaseIterable, Codable, Sendable {
  /// φ(z) = z.
  case identity
  /// φ(z) = max(0, z), the rectified linear unit.
  case relu
  /// φ(z) = log(1 + eᶻ), the soft rectified linear unit.
  case softplus
  /// φ(z) = 1 where z > 0, else 0.
  ///
  /// Its derivative is 0 wherever it exists, so no gradient would come through. Training uses the
  /// straight-through estimate instead: 1 where |z| ≤ 1, else 0 (Bengio, Léonard, Courville 2013;
  /// Hubara et al. 2016).
  case threshold
  /// φ(z) = 1/(1 + e⁻ᶻ), the logistic function or sigmoid.
  case logistic
  /// φ(z) = tanh z.
  case tanh
  /// φ(z) = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))), the Gaussian error linear unit in its form with
  /// tanh (Hendrycks, Gimpel 2016).
  case gelu

  /// The kernel that computes values and slopes: a bare function, so that taking it costs no memory.
  var kernel: TileFunction {
    switch self {
    case .identity: Identity.activate
    case .relu: ReLU.activate
    case .softplus: Softplus.activate
    case .threshold: Threshold.activate
    case .logistic: Logistic.activate
    case .tanh: Tanh.activate
    case .gelu: GELU.activate
    }
  }

  /// The function itself.
  var function: any ActivationFunction.Type {
    switch self {
    case .identity: Identity.self
    case .relu: ReLU.self
    case .softplus: Softplus.self
    case .threshold: Threshold.self
    case .logistic: Logistic.self
    case .tanh: Tanh.self
    case .gelu: GELU.self
    }
  }
}
