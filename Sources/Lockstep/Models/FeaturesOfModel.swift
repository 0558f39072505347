import Networks
import Pictures

extension FeaturePictures {
  /// The pictures of a model's first layer; nil where its inputs are no image.
  ///
  /// - Parameters:
  ///   - model: the network whose first layer is drawn.
  ///   - scale: whether units share a scale.
  ///   - palette: how a weight becomes a color.
  public init?(model: Model, scale: Scale = .shared, palette: SignedPalette = .gray) {
    guard let size = model.imageSize else { return nil }
    self.init(
      weights: model.parameters.firstLayerWeights, units: model.architecture.layers[0].outputs,
      size: size, scale: scale, palette: palette)
  }
}
