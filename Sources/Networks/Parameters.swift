import Kernels

/// A network's weights and biases.
///
/// Parameters are a value: a copy is independent of the original, and may go to another task. The
/// copies share memory until one of them changes.
public struct Parameters: @unchecked Sendable {
  /// Its holders never write to memory that another value shares, so threads may share it.
  private var storage: ParameterMemory

  /// The architecture that gives the shapes.
  public var architecture: Architecture { storage.architecture }

  /// Parameters that are all +0.
  public init(_ architecture: Architecture) {
    storage = ParameterMemory(architecture)
  }

  /// Parameters in memory that nothing else writes to from now on.
  init(_ storage: ParameterMemory) {
    self.storage = storage
  }

  /// The memory, to be read only.
  package var memory: ParameterMemory { storage }

  /// The memory, to be written to until this value is copied; other copies keep theirs.
  package var mutableMemory: ParameterMemory {
    mutating get {
      if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
      return storage
    }
  }

  /// A layer's weights to be read, [inputs × outputs].
  package func weights(ofLayer layer: Int) -> Matrix { storage.weights(ofLayer: layer) }

  /// A layer's biases to be read, [1 × outputs].
  package func biases(ofLayer layer: Int) -> Matrix { storage.biases(ofLayer: layer) }

  /// Takes the values of parameters of the same architecture into its own memory.
  package mutating func copyValues(from other: Parameters) {
    if isKnownUniquelyReferenced(&storage) {
      storage.copy(from: other.storage)
    } else {
      storage = other.storage.copy()
    }
  }
}

extension Parameters {
  /// The tensors in PyTorch's names and order: `layer0.weight` [outputs × inputs], `layer0.bias`,
  /// `layer1.weight` …
  ///
  /// - Parameter prefix: stands before each name.
  /// - Returns: the weights and the biases of each layer, copied.
  public func tensors(prefix: String = "") -> [Safetensors.Tensor] {
    storage.tensors(prefix: prefix)
  }

  /// The first layer's weights, [outputs × inputs]: each row is an image of the feature that its
  /// unit detects (lecture C5).
  public var firstLayerWeights: [Float] { storage.firstLayerWeights }

  /// The weights' fingerprint: SHA-256 over all values in the order of `tensors(prefix:)`, as
  /// little-endian floats, −0 written as +0. Equal fingerprints mean equal networks, to the bit.
  public var fingerprint: String { storage.fingerprint }

  /// The first layer that has a non-finite value, or nil.
  public var firstLayerWithNonFiniteValue: Int? { storage.firstLayerWithNonFiniteValue }
}
