import Images

/// A trained network with everything that its use needs: the scale and image size of its inputs and
/// the names of its classes.
public struct Model: Sendable {
  /// The weights and biases.
  public internal(set) var parameters: Parameters
  /// The factor from a byte of an image to an input.
  public let inputScale: Float
  /// The size of the images; nil where the inputs are no image.
  public let imageSize: ImageSize?
  /// The names of the classes by number; empty where the outputs are no classes.
  public let classNames: [String]
  /// How pictures become the images that the network reads; nil where its inputs are no image.
  public let preparation: Preparation?
  /// Facts about the run that made it, by name: settings, the data's digests.
  public internal(set) var notes: [String: String]

  /// The shape of the network.
  public var architecture: Architecture { parameters.architecture }

  /// The number of classes that the outputs distinguish.
  public var classCount: Int { architecture.classCount }

  /// The name of a class, its number where it has none.
  public func name(ofClass index: Int) -> String {
    index < classNames.count ? classNames[index] : "\(index)"
  }

  /// A model of these parameters and facts.
  ///
  /// - Precondition: an image has as many pixels as the network has inputs.
  public init(
    parameters: Parameters, inputScale: Float = GrayImage.unitScale, imageSize: ImageSize? = nil,
    classNames: [String] = [], preparation: Preparation? = nil, notes: [String: String] = [:]
  ) {
    precondition(
      imageSize.map { $0.pixelCount == parameters.architecture.inputs } ?? true,
      "an image size that does not fit the network")
    self.parameters = parameters
    self.inputScale = inputScale
    self.imageSize = imageSize
    self.classNames = classNames
    precondition(
      preparation.map { $0.size == imageSize } ?? true,
      "a preparation for \(preparation.map { "\($0.size)" } ?? "") in a model for other images")
    // Models of versions before there were preparations read pictures as MNIST's.
    self.preparation = preparation ?? imageSize.map { Preparation(size: $0) }
    self.notes = notes
  }
}
