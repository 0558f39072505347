import Images
import Networks
import Pictures
import Statistics
import Training

/// C5: what the first layer learns to see.
package struct FeaturesTopic: Topic {
  package static let number = "C5"
  package static let name = "features"
  package static let title = "Feature learning: first-layer weights as pictures"
  package static let explanation = """
    Each unit of the first layer has a weight for each of the 28 × 28 pixels. Laid out as an image \
    they show what excites the unit (red) and what inhibits it (blue): at the start noise, after \
    training strokes and their absence. The unit has become a feature detector, and what no line \
    separates in the pixels comes apart in the hidden layer. The trainer trains the network on digits; \
    beside it an output layer alone, on the hidden layer that stays as it was at the start.
    """
  package static let formula = #"""
    h = \varphi(W^{(1)} x + b^{(1)}), \qquad W^{(1)} \in \mathbb{R}^{n \times 784}, \quad \#
    w_j \mapsto 28 \times 28
    """#
  package static let question = Question(
    "Leave the first layer at its random start and train only the output layer on it. Does the network "
      + "learn to name digits?",
    answer: """
      Yes, but worse: random features do keep much of the image. Features that adapt to the digits \
      make less than half of the errors with the same number of units.
      """)
  package static let exercise = """
    With how many random features do you get as far as with 32 learned ones? `lockstep lecture \
    features --hidden 256` shows both.
    """
  package static let slider: Slider? = Slider(
    "epochs", option: "--epochs", values: ["1", "2", "3", "5", "8", "12", "20"])

  /// Epochs of each training.
  package var epochs = 20
  /// The number of hidden units, which are the features.
  package var hidden = 32
  /// λ of the L² penalty.
  package var weightDecay = 0.005

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 60) ?? weightDecayError(weightDecay, limit: 0.1)
      ?? ((12...512).contains(hidden) ? nil : "12 to 512 features are learned, not \(hidden)")
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let digits = try classroom.digits()
    let networks = try FeatureNetworks(self, digits, classroom)
    let before = FeatureWeights(networks.start, digits.imageSize)
    let after = FeatureWeights(networks.learned, digits.imageSize)
    let images = (0..<digits.test.count).map { digits.test.row($0).map { Double($0) } }
    let detectors = [before, after].map {
      StrokeDetector($0, images: images, labels: digits.test.labels)
    }
    let places = networks.places(digits, classroom)

    let sheet = FeatureDrawing(
      before, after, detectors[1], favourites: detectors[1].favourites.map { digits.test.row($0) },
      epochs: epochs)
    var shown = Demonstration(
      .drawing(
        sheet.drawing(
          above: Figure(
            title: "",
            plots: [(0, 8.0), (2, 10), (3, 15)].map { layer, reach in
              places[layer].plot(
                "Test digits: \(FeatureNetworks.layers[layer])", within: -reach...reach)
            }
          ).drawing())))
    shown.show(table(networks.learned.architecture, before, after))
    var errors = NumberTable(
      "Wrong test digits after \(epochs) epochs", columns: ["features", "number", "wrong"])
    errors.add("learned", .whole(hidden), percent(1 - networks.accuracy.learned))
    errors.add("random, as at the start", .whole(hidden), percent(1 - networks.accuracy.frozen))
    errors.add(
      "none, the pixels", .whole(digits.train.inputWidth), percent(1 - networks.accuracy.linear))
    shown.show(errors)
    var layers = NumberTable(
      "The classes of the digits by layer: test digits whose nearest class mean is their own",
      columns: ["layer", "in all of it", "in two components", "variance between classes"])
    for (name, place) in zip(FeatureNetworks.layers, places) {
      layers.add(
        .text(name), percent(place.accuracy), percent(place.planeAccuracy),
        percent(place.betweenShare))
    }
    shown.show(layers)
    say(detectors[1], &shown)
    claimFeatures(networks, before, after, detectors, places, &shown)
    let blank = digits.train.pixelsWithoutInk
    let kept = FeatureWeights(networks.plain, digits.imageSize).bits(ofPixels: blank)
    shown.claim(
      "a pixel that is never inked has no gradient: without decay its weights keep their bits",
      found: "\(blank.count) pixels", holds: !blank.isEmpty && kept == before.bits(ofPixels: blank))
    return shown
  }

  private func percent(_ share: Double) -> NumberTable.Cell {
    .text("\(significant(share * 100, 3)) %")
  }

  private func table(
    _ architecture: Architecture, _ before: FeatureWeights, _ after: FeatureWeights
  ) -> NumberTable {
    var table = NumberTable(
      "\(architecture), \(epochs) epochs", columns: ["", "at the start", "learned"])
    table.add(
      "neighbouring weights' correlation", .number(before.neighbourCorrelation, digits: 2),
      .number(after.neighbourCorrelation, digits: 2))
    table.add(
      "largest norm of a unit's weights", .number(before.norms.max() ?? 0, digits: 3),
      .number(after.norms.max() ?? 0, digits: 3))
    table.add(
      "smallest norm of a unit's weights", .number(before.norms.min() ?? 0, digits: 3),
      .number(after.norms.min() ?? 0, digits: 3))
    return table
  }

  private func say(_ detector: StrokeDetector, _ shown: inout Demonstration) {
    let order = detector.meanByClass.indices.sorted {
      detector.meanByClass[$0] > detector.meanByClass[$1]
    }
    shown.say(
      "Unit \(detector.unit + 1) comes nearest to a single stroke: at row "
        + "\(Int(detector.stroke.row) + 1), column \(Int(detector.stroke.column) + 1), at "
        + "\(significant(detector.stroke.degrees))° to the horizontal. Its sum is largest for the "
        + "digits \(order[0]) and \(order[1]) and smallest for \(order[order.count - 1]), on average."
    )
  }

  private func claimFeatures(
    _ networks: FeatureNetworks, _ before: FeatureWeights, _ after: FeatureWeights,
    _ detectors: [StrokeDetector], _ places: [ClassPlaces], _ shown: inout Demonstration
  ) {
    // The correlation of n independent pairs is 0 ± 1/√n; here n is some 24,000.
    shown.claim(
      "at the start neighbouring weights have nothing to do with one another",
      found: significant(before.neighbourCorrelation, 2),
      holds: abs(before.neighbourCorrelation) < 5 / Double(before.pairCount).squareRoot())
    let statements = [
      "features adapt: learned, they make less than half of the errors of as many random ones that "
        + "stay",
      "the hidden layer brings the classes apart: more test digits are nearest to their class's mean "
        + "than in the pixels, and than at the start",
      "a unit is a stroke detector: its weights are nearer to a stroke's template than any at the "
        + "start, and its sum follows the ink there",
    ]
    guard epochs >= 5 && hidden <= 64 && weightDecay <= 0.02 else {
      for statement in statements {
        shown.leaveOut(
          statement, because: "that takes 5 epochs, up to 64 units and a λ of at most 0.02")
      }
      return
    }
    let (learned, frozen) = (1 - networks.accuracy.learned, 1 - networks.accuracy.frozen)
    shown.claim(
      statements[0],
      found: "\(significant(learned * 100, 3)) % wrong against \(significant(frozen * 100, 3)) %; "
        + "without a hidden layer \(significant((1 - networks.accuracy.linear) * 100, 3)) %",
      holds: learned < frozen / 2)
    shown.claim(
      statements[1],
      found: "\(significant(places[2].accuracy * 100, 3)) %, pixels "
        + "\(significant(places[0].accuracy * 100, 3)) %, at the start "
        + "\(significant(places[1].accuracy * 100, 3)) %",
      holds: places[2].accuracy > places[0].accuracy + 0.02
        && places[2].accuracy > places[1].accuracy + 0.02)
    shown.claim(
      statements[2],
      found: "cosine \(significant(detectors[1].match, 2)) against "
        + "\(significant(detectors[0].match, 2)), correlation \(significant(detectors[1].correlation, 2))",
      holds: detectors[1].match > 2 * detectors[0].match && detectors[1].correlation > 0.5)
  }
}

/// The networks of topic C5, all from one start.
private struct FeatureNetworks {
  /// What the table and the pictures call the layers.
  static let layers = ["pixels", "hidden, at the start", "hidden, learned", "output sums"]

  let start: Parameters
  let learned: Parameters
  /// Without weight decay.
  let plain: Parameters
  /// On the test digits: with learned features, with those of the start, and without any.
  let accuracy: (learned: Double, frozen: Double, linear: Double)

  init(
    _ topic: FeaturesTopic, _ digits: Classroom.Digits, _ classroom: Classroom
  ) throws {
    let classes = digits.train.targetWidth
    func train(
      _ hidden: [Int], _ samples: SampleSet, weightDecay: Double
    ) throws -> Parameters {
      let trainer = Trainer(
        Architecture(inputs: samples.inputWidth, hidden: hidden, outputs: classes),
        training: samples,
        settings: TrainingSettings(
          epochs: topic.epochs, optimizer: .sgd(momentum: 0.9, weightDecay: weightDecay),
          seed: classroom.seed), workers: classroom.workers)
      try trainer.run()
      return trainer.parameters
    }
    func share(of network: Parameters, _ samples: SampleSet) -> Double {
      network.evaluate(on: samples, workers: classroom.workers).evaluation.accuracy ?? 0
    }
    learned = try train([topic.hidden], digits.train, weightDecay: topic.weightDecay)
    plain = try train([topic.hidden], digits.train, weightDecay: 0)
    start = Parameters(learned.architecture, seed: classroom.seed)
    let layer = start.layer(0)
    let features = [digits.train, digits.test].map { $0.seen(through: layer, classroom.workers) }
    let frozen = try train([], features[0], weightDecay: topic.weightDecay)
    let linear = try train([], digits.train, weightDecay: topic.weightDecay)
    accuracy = (
      share(of: learned, digits.test), share(of: frozen, features[1]),
      share(of: linear, digits.test)
    )
  }

  /// The places of the digits in each layer, as `layers` names them; means and components of 1,000
  /// training digits.
  func places(_ digits: Classroom.Digits, _ classroom: Classroom) -> [ClassPlaces] {
    let sets = [digits.train.thinned(to: min(1000, digits.train.count)), digits.test]
    let layers: [[SampleSet]] = [
      sets, sets.map { $0.seen(through: start.layer(0), classroom.workers) },
      sets.map { $0.seen(through: learned.layer(0), classroom.workers) },
      sets.map {
        $0.seen(through: learned.layer(0), classroom.workers)
          .seen(through: learned.layer(1), classroom.workers)
      },
    ]
    return layers.map { sets in
      let rows = sets.map { set in (0..<set.count).map { set.row($0).map { Double($0) } } }
      return ClassPlaces(train: rows[0], sets[0].labels, test: rows[1], sets[1].labels)
    }
  }
}

extension SampleSet {
  /// The same samples as a layer sees them: its outputs in place of the inputs.
  fileprivate func seen(through layer: Parameters, _ workers: Int) -> SampleSet {
    let width = layer.architecture.outputs
    // The layer has a loss of its own, which asks for targets of its width.
    let any = replacingTargets(
      .vectors(Array(repeating: 0, count: count * width), width: width))
    return SampleSet(
      inputs: .floats(layer.outputs(for: any, workers: workers).flatMap(\.self)),
      inputWidth: width, targets: targets, count: count)
  }
}
