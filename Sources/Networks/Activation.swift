import Kernels

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

  /// Replaces weighted sums by activations and leaves the derivatives φ′(z) beside them.
  var kernel: ActivationKernel {
    switch self {
    case .identity: activateIdentity
    case .relu: activateReLU
    case .softplus: activateSoftplus
    case .threshold: activateThreshold
    case .logistic: activateLogistic
    case .tanh: activateTanh
    }
  }
}
