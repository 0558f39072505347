/// A trained network with everything that its use needs: the scale and image size of its inputs and
/// the names of its classes.
public struct Model: Sendable {
  /// The size of the images that a network reads, in pixels.
  public struct ImageSize: Equatable, Codable, Sendable {
    /// The number of rows.
    public let height: Int
    /// The number of columns.
    public let width: Int

    /// A size in pixels.
    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  /// The weights and biases.
  public let parameters: Parameters
  /// The factor from a byte of an image to an input.
  public let inputScale: Float
  /// The size of the images; nil where the inputs are no image.
  public let imageSize: ImageSize?
  /// The names of the classes by number; empty where the outputs are no classes.
  public let classNames: [String]
  /// Facts about the run that made it, by name: settings, the data's digests.
  public let notes: [String: String]

  /// The shape of the network.
  public var architecture: Architecture { parameters.architecture }

  /// The number of classes that the outputs distinguish.
  public var classCount: Int { architecture.classCount }

  /// The name of a class, its number where it has none.
  public func name(ofClass index: Int) -> String {
    index < classNames.count ? classNames[index] : "\(index)"
  }

  /// A model of these parameters and facts.
  public init(
    parameters: Parameters, inputScale: Float = 1 / 255, imageSize: ImageSize? = nil,
    classNames: [String] = [], notes: [String: String] = [:]
  ) {
    self.parameters = parameters
    self.inputScale = inputScale
    self.imageSize = imageSize
    self.classNames = classNames
    self.notes = notes
  }
}
