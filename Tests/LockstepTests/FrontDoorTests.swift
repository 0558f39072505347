import Foundation
import Lockstep
import Testing

/// The front door on a data set that is drawn in memory; `ReadmeTests` goes through it from another package.
@Suite struct FrontDoorTests {
  /// Crosses in one of three places of a picture of 8 × 8, and their place as the class.
  static let digits: DigitDataset = {
    func part(_ count: Int) -> DigitSet {
      var images: [UInt8] = []
      for sample in 0..<count {
        var image = [UInt8](repeating: 0, count: 64)
        let middle = 8 * (2 + sample / 3 % 4) + 1 + 2 * (sample % 3)
        for place in [middle, middle - 1, middle + 1, middle - 8, middle + 8] {
          image[place] = UInt8(200 + sample % 50)
        }
        images += image
      }
      return DigitSet(
        images: images, labels: (0..<count).map { UInt8($0 % 3) },
        imageSize: ImageSize(height: 8, width: 8))
    }
    return DigitDataset(
      name: "crosses", train: part(120), test: part(36), classNames: ["left", "middle", "right"]
    ).prepared(workers: 1)
  }()

  private static let network = Architecture(inputs: 64, hidden: [12], outputs: 3)

  private func trained(epochs: Int = 15) throws -> Model {
    let trainer = Trainer(
      Self.network, training: Self.digits.trainingSamples, test: Self.digits.testSamples,
      settings: TrainingSettings(epochs: epochs))
    #expect(try trainer.run().count == epochs)
    return trainer.model()
  }

  @Test func `evaluate, predict and probabilities say the same`() throws {
    let model = try trained()
    let test = Self.digits.testSamples
    let result = model.evaluate(on: test)
    #expect(try #require(result.accuracy) == 1)
    let probabilities = model.probabilities(for: test)
    for sample in 0..<test.count {
      let prediction = model.predict(Self.digits.test.pixels(ofImage: sample))
      #expect(Int32(prediction.classIndex) == result.predictions[sample])
      #expect(prediction.name == Self.digits.classNames[Int(Self.digits.test.labels[sample])])
      #expect(prediction.probabilities == probabilities[sample])
      #expect(abs(prediction.probabilities.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func `a picture is prepared as the model's images were`() throws {
    let model = try trained()
    // A cross in the middle; one beside it would be centred first.
    var image = [UInt8](repeating: 0, count: 64)
    for place in [36, 35, 37, 28, 44] { image[place] = 200 }
    let asItIs = GrayImage(size: ImageSize(height: 8, width: 8), pixels: image)
    #expect(try model.prepared(asItIs).pixels == image)
    #expect(try model.predict(asItIs) == model.predict(image))
    // The crosses lie anywhere, so pictures are brought to their size as a whole.
    let larger = asItIs.resized(to: ImageSize(height: 16, width: 16))
    #expect(model.preparation?.fitting == .resized)
    #expect(try model.prepared(larger) == larger.resized(to: ImageSize(height: 8, width: 8)))
    #expect(try model.predict(larger).name == model.predict(image).name)
  }

  @Test func `a trainer goes on from a model without changing it`() throws {
    let model = try trained(epochs: 1)
    let fingerprint = model.parameters.fingerprint
    let trainer = Trainer(
      model: model, training: Self.digits.trainingSamples,
      settings: TrainingSettings(epochs: 10, learningRate: 0.05))
    #expect(trainer.parameters.fingerprint == fingerprint)
    let before = model.evaluate(on: Self.digits.trainingSamples).loss
    try trainer.run()
    #expect(model.parameters.fingerprint == fingerprint)
    let after = Model(parameters: trainer.parameters).evaluate(on: Self.digits.trainingSamples)
    #expect(after.loss < before)
  }

  @Test func `a training in a task of its own hands its model back`() async throws {
    let digits = Self.digits
    let model = try await Task.detached {
      let trainer = Trainer(
        Self.network, training: digits.trainingSamples, settings: TrainingSettings(epochs: 1))
      try trainer.run()
      return trainer.model()
    }.value
    #expect(model.parameters.fingerprint == (try trained(epochs: 1)).parameters.fingerprint)
  }

  @Test func `a trainer's parameters are a value that later steps leave as it is`() throws {
    let trainer = Trainer(
      Self.network, training: Self.digits.trainingSamples, settings: TrainingSettings(epochs: 3))
    let start = trainer.parameters
    let fingerprint = start.fingerprint
    #expect(fingerprint == Parameters(Self.network, seed: 1).fingerprint)
    var model = trainer.model()
    while let event = try trainer.next() {
      #expect(start.fingerprint == fingerprint)
      #expect(model.parameters.fingerprint != trainer.parameters.fingerprint || isEpoch(event))
      model = trainer.model()
      #expect(model.parameters.fingerprint == trainer.parameters.fingerprint)
    }
  }

  private func isEpoch(_ event: Trainer.Event) -> Bool {
    if case .epoch = event { true } else { false }
  }

  @Test func `one output tells two classes apart`() throws {
    let network = Architecture(inputs: 2, hidden: [4], outputs: 1, loss: .logisticCrossEntropy)
    let xor = SampleSet(
      inputs: .floats([0, 0, 0, 1, 1, 0, 1, 1]), inputWidth: 2,
      targets: .classes([0, 1, 1, 0], count: 2), count: 4)
    let model = Model(parameters: Parameters(network, seed: 1))
    for (pair, output) in zip(
      model.probabilities(for: xor), model.parameters.outputs(for: xor, workers: 1))
    {
      #expect(pair == [1 - output[0], output[0]])
    }
  }

  @Test func `a softmax of one output knows one class`() {
    let network = Architecture(inputs: 2, hidden: [], outputs: 1)
    let prediction = Model(parameters: Parameters(network, seed: 1)).predict([0, 255])
    #expect(prediction.probabilities == [1] && prediction.classIndex == 0)
  }

  @Test func `features are the first layer's, or none`() throws {
    let model = try trained(epochs: 1)
    let pictures = try #require(FeaturePictures(model: model))
    #expect(pictures.units == 12 && pictures.size == ImageSize(height: 8, width: 8))
    #expect(FeaturePictures(model: Model(parameters: model.parameters)) == nil)
  }

  @Test func `a folder that is missing is a file problem with its kind`() {
    do {
      _ = try DigitDataset(contentsOf: "nowhere/at-all")
      Issue.record("there is no such folder")
    } catch let problem as FileProblem {
      #expect(problem.kind == .noInput)
    } catch {
      Issue.record("\(error)")
    }
    #expect(AvailableProcessors.read().usable >= 1)
  }
}
