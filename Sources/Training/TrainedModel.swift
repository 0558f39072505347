import Networks

extension Trainer {
  /// The network as it is now, with what is needed to use it: the scale and size of the images and
  /// the names of the classes, as the training samples have them. Training goes on without changing
  /// it.
  ///
  /// - Parameter notes: facts about the run, by name.
  /// - Returns: a model with the trainer's parameters.
  public func model(notes: [String: String] = [:]) -> Model {
    Model(
      parameters: parameters, inputScale: samples.inputScale, imageSize: samples.imageSize,
      classNames: samples.classNames, preparation: samples.preparation, notes: notes)
  }
}
