import Foundation
import Lockstep
import Testing

/// What the pictures of a model's units are made of.
@Suite struct ModelFeaturesTests {
  private func model(
    hidden: [Int], activation: Activation = .relu, epochs: Int = 5
  ) throws -> Model {
    let digits = FrontDoorTests.digits
    let trainer = Trainer(
      Architecture(inputs: 64, hidden: hidden, activation: activation, outputs: 3),
      training: digits.trainingSamples, settings: TrainingSettings(epochs: epochs))
    try trainer.run()
    return trainer.model()
  }

  /// The weighted sums of a layer for an image, in Double.
  private func sums(_ model: Model, layer: Int, _ pixels: [Double]) -> [Double] {
    let tensors = model.parameters.tensors()
    var inputs = pixels
    for index in 0...layer {
      let (weights, biases) = (tensors[2 * index].values, tensors[2 * index + 1].values)
      let sums = biases.indices.map { unit in
        inputs.indices.reduce(Double(biases[unit])) {
          $0 + inputs[$1] * Double(weights[unit * inputs.count + $1])
        }
      }
      if index == layer { return sums }
      inputs = sums.map { max(0, $0) }
    }
    return []
  }

  @Test(arguments: [0, 1, 2])
  func `the most exciting images are those of the largest weighted sums`(layer: Int) throws {
    let model = try model(hidden: [12, 6])
    let digits = FrontDoorTests.digits.train
    let units = Array(0..<model.architecture.layers[layer].outputs)
    let found = model.mostExcitingImages(ofLayer: layer, in: digits, units: units, workers: 2)
    let all = (0..<digits.count).map { image in
      sums(model, layer: layer, digits.pixels(ofImage: image).map { Double($0) / 255 })
    }
    for unit in units {
      let exciting = all.indices.filter { layer == 2 || all[$0][unit] > 1e-5 }
      let best = exciting.map { all[$0][unit] }.sorted(by: >).prefix(9)
      let images = try #require(found[unit])
      // The same sums; which of two equal images comes first is a matter of rounding.
      #expect(images.count == best.count && Set(images).count == images.count)
      for (image, sum) in zip(images, best) { #expect(abs(all[image][unit] - sum) < 1e-4) }
    }
  }

  @Test func `outgoing weights are those of the last hidden layer, by class`() throws {
    let model = try model(hidden: [12])
    let features = try #require(FeaturePictures(model: model))
    let weights = model.parameters.tensors()[2].values  // [classes × units]
    for unit in 0..<12 {
      let votes = try #require(features.votes(ofUnit: unit))
      let own = (0..<3).map { weights[$0 * 12 + unit] }
      #expect(own[votes.strongest] == own.max() && own[votes.weakest] == own.min())
    }
    let deep = try self.model(hidden: [12, 6])
    #expect(try #require(FeaturePictures(model: deep)).votes(ofUnit: 0) == nil)
    #expect(deep.incomingWeights(ofLayer: 1).votes(ofUnit: 0) != nil)
    #expect(deep.incomingWeights(ofLayer: 2).votes(ofUnit: 0) == nil)
  }

  @Test func `the units of a linear network have the names of its classes`() throws {
    let model = try model(hidden: [])
    #expect(model.unitNames(ofLayer: 0) == ["left", "middle", "right"])
    #expect(model.usualOrder(ofLayer: 0) == .index)
    let sheet = try #require(model.featureSheet())
    #expect(sheet.cells.map(\.label) == ["left", "middle", "right"])
    let hidden = try self.model(hidden: [4])
    #expect(hidden.unitNames(ofLayer: 0).isEmpty)
    #expect(Set(try #require(hidden.featureSheet()).cells.map(\.label)) == ["0", "1", "2", "3"])
  }

  @Test func `dead units are those that are 0 for every training image`() throws {
    let digits = FrontDoorTests.digits
    let network = Architecture(inputs: 64, hidden: [5], outputs: 3)
    let tensors = Parameters(network, seed: 1).tensors()
    var biases = tensors[1].values
    biases[2] = -1000
    let parameters = try parameters(
      network, tensors.enumerated().map { $0 == 1 ? biases : $1.values })
    let model = Model(
      parameters: parameters, imageSize: digits.train.imageSize, classNames: digits.classNames)
    let silence = Silence(of: model, on: digits.trainingSamples, workers: 1)
    #expect(silence.units[0].contains(2) && silence.images == "all 120 training images")
    let sheet = try #require(model.featureSheet(silence: silence))
    let cell = try #require(sheet.cells.first { $0.label == "2" })
    if case .dead? = cell.mark {} else { Issue.record("unit 2 is dead") }
    #expect(model.mostExcitingImages(in: digits.train, units: [2], workers: 1)[2] == [])
  }

  /// A network with given tensors, by way of a file.
  private func parameters(_ network: Architecture, _ values: [[Float]]) throws -> Parameters {
    let place = Place()
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    let names = Parameters(network).tensors()
    try Safetensors(
      tensors: zip(names, values).map { .init(name: $0.name, shape: $0.shape, values: $1) }
    ).write(to: place("w.safetensors"))
    return try ImportedWeights(contentsOf: place("w.safetensors")).parameters(network)
  }

  // MARK: - Preferred inputs

  @Test func `the preferred input of a first-layer unit is the one that calculus finds`() throws {
    let model = try model(hidden: [12])
    let largest = 0.33 * 8.0
    let found = try #require(model.preferredInputs(ofLayer: 0, units: Array(0..<12)))
    let weights = model.parameters.firstLayerWeights
    for input in found {
      let own = weights[input.unit * 64..<(input.unit + 1) * 64].map { max(0, Double($0)) }
      // The maximum of w·x over 0…1 and ‖x‖ ≤ r is at min(1, w⁺/λ), with λ for the norm r.
      var (low, high) = (1e-9, 1e3)
      for _ in 0..<200 {
        let middle = (low * high).squareRoot()
        let norm = own.reduce(0) { $0 + min(1, $1 / middle) * min(1, $1 / middle) }.squareRoot()
        if norm > largest { low = middle } else { high = middle }
      }
      let best = own.map { min(1, $0 / high) }
      let optimum = sums(model, layer: 0, best)[input.unit]
      let bias = sums(model, layer: 0, Array(repeating: 0, count: 64))[input.unit]
      #expect(Double(input.weightedSum) - bias > 0.98 * (optimum - bias))
      #expect(Double(input.weightedSum) - bias < 1.0001 * (optimum - bias))
    }
  }

  @Test func `preferred inputs of deeper units beat every training image of their norm`() throws {
    let model = try model(hidden: [12, 6], activation: .relu, epochs: 15)
    let digits = FrontDoorTests.digits.train
    let layer = 2
    let found = try #require(model.preferredInputs(ofLayer: layer, units: [0, 1, 2]))
    #expect(found.map(\.unit) == [0, 1, 2])
    for input in found {
      let pixels = input.image.pixels.map { Double($0) / 255 }
      let norm = pixels.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(norm < 0.33 * 8 + 0.02, "64 pixels are rounded by at most 1/510 each")
      let own = sums(model, layer: layer, pixels)[input.unit]
      #expect(abs(own - Double(input.weightedSum)) < 0.02 * max(1, abs(own)))
      for image in 0..<digits.count {
        let other = digits.pixels(ofImage: image).map { Double($0) / 255 }
        #expect(sums(model, layer: layer, other)[input.unit] < Double(input.weightedSum))
      }
    }
    let again = try #require(model.preferredInputs(ofLayer: layer, units: [2]))
    #expect(again[0].image == found[2].image, "whatever other units are asked for")
  }

  // MARK: - Kept features

  private func run(_ path: String, epochs: Int) throws -> TrainingRun {
    try TrainingRun(
      FrontDoorTests.digits, from: "nowhere",
      Architecture(inputs: 64, hidden: [12], outputs: 3),
      settings: TrainingSettings(epochs: epochs), in: path, workers: 2)
  }

  @Test func `features of every so many epochs are kept, with the start and the end`() throws {
    let place = Place()
    let plain = try run(place("plain"), epochs: 5)
    while try plain.next() != nil {}
    let expected = plain.finish().record.fingerprint
    #expect(plain.folder.keptFeatures.epochs.isEmpty)
    let run = try run(place("kept"), epochs: 5)
    run.keptFeaturesInterval = 2
    while let event = try run.next() {
      if case .warning(let problem) = event { Issue.record("\(problem)") }
    }
    let result = run.finish()
    #expect(result.record.fingerprint == expected, "keeping changes no bit")
    let kept = run.folder.keptFeatures
    #expect(kept.epochs == [0, 2, 4, 5])
    let architecture = result.model.architecture
    let last = try kept.weights(ofEpoch: 5, architecture)
    for (rounded, exact) in zip(last, result.model.parameters.firstLayerWeights) {
      #expect(abs(rounded - exact) <= abs(exact) * 0x1p-8)
    }
    let start = Parameters(architecture, seed: run.trainer.settings.seed).firstLayerWeights
    for (rounded, exact) in zip(try kept.weights(ofEpoch: 0, architecture), start) {
      #expect(abs(rounded - exact) <= abs(exact) * 0x1p-8)
    }
    let other = Architecture(inputs: 64, hidden: [13], outputs: 3)
    do throws(FileProblem) {
      _ = try kept.weights(ofEpoch: 2, other)
      Issue.record("the file is of another network")
    } catch {
      #expect(error.kind == .wrongData)
    }
  }

  @Test func `a run that goes on from a checkpoint drops the features after it`() throws {
    let place = Place()
    do {
      let run = try run(place("run"), epochs: 4)
      run.keptFeaturesInterval = 1
      while run.trainer.reports.count < 2 { _ = try run.next() }
      #expect(run.suspend().isEmpty)
    }
    let folder = RunFolder(existing: place("run"))
    #expect(folder.keptFeatures.epochs == [0, 1, 2])
    let later = place("run/features/epoch-0003.safetensors")
    try FileManager.default.copyItem(
      atPath: place("run/features/epoch-0002.safetensors"), toPath: later)
    let resumed = try TrainingRun(
      resuming: RunCheckpoint(ofRun: place("run")), with: FrontDoorTests.digits, workers: 1)
    #expect(folder.keptFeatures.epochs == [0, 1, 2])
    resumed.keptFeaturesInterval = 3
    while try resumed.next() != nil {}
    #expect(folder.keptFeatures.epochs == [0, 1, 2, 3, 4])
  }
}
