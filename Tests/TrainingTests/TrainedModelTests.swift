import Images
import Networks
import Testing
import Training

/// The model that a trainer makes of its network.
@Suite struct TrainedModelTests {
  private let size = ImageSize(height: 2, width: 3)

  private func trainer(_ samples: SampleSet) -> Trainer {
    Trainer(
      Architecture(inputs: samples.inputWidth, hidden: [4], outputs: 2), training: samples,
      settings: TrainingSettings(epochs: 1, batchSize: 2), workers: 1)
  }

  @Test func `a model reads images as the training samples were`() throws {
    let samples = SampleSet(
      images: Array(1...12), labels: [0, 1], imageSize: size, classCount: 2,
      classNames: ["zero", "one"])
    let model = trainer(samples).model(notes: ["by": "a test"])
    #expect(model.imageSize == size)
    #expect(model.inputScale == GrayImage.unitScale)
    #expect(model.classNames == ["zero", "one"])
    #expect(model.notes == ["by": "a test"])
  }

  @Test func `another scale travels, too`() throws {
    let samples = SampleSet(
      inputs: .bytes(Array(1...12), scale: 0.5), inputWidth: 6,
      targets: .classes([0, 1], count: 2), count: 2)
    let model = trainer(samples).model()
    #expect(model.inputScale == 0.5)
    #expect(model.imageSize == nil && model.classNames.isEmpty)
  }

  @Test func `floats are inputs already`() throws {
    let samples = SampleSet(
      inputs: .floats((1...12).map { Float($0) }), inputWidth: 6,
      targets: .classes([0, 1], count: 2), count: 2)
    #expect(trainer(samples).model().inputScale == 1)
  }

  @Test func `training goes on without changing a model`() throws {
    let samples = SampleSet(images: Array(1...12), labels: [0, 1], imageSize: size, classCount: 2)
    let trainer = trainer(samples)
    let model = trainer.model()
    let fingerprint = model.parameters.fingerprint
    try trainer.run()
    #expect(model.parameters.fingerprint == fingerprint)
    #expect(trainer.model().parameters.fingerprint != fingerprint)
  }

  @Test func `sizes and names that do not fit are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = SampleSet(
        images: [1, 2, 3, 4], labels: [0], imageSize: ImageSize(height: 1, width: 3), classCount: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = SampleSet(
        inputs: .floats([1, 2]), inputWidth: 2, targets: .classes([0], count: 1), count: 1,
        imageSize: ImageSize(height: 1, width: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = SampleSet(
        images: [1], labels: [0], imageSize: ImageSize(height: 1, width: 1), classCount: 2,
        classNames: ["zero"])
    }
    await #expect(processExitsWith: .failure) {
      _ = Model(
        parameters: Parameters(Architecture(inputs: 2, hidden: [], outputs: 2)),
        imageSize: ImageSize(height: 1, width: 3))
    }
  }
}
