import Images
import Networks
import Pictures
import Training

/// C5: what the first layer learns to see.
struct FeaturesTopic: Topic {
  static let number = "C5"
  static let name = "features"
  static let title = "Feature learning: first-layer weights as pictures"
  static let explanation = """
    Each unit of the first layer has a weight for each of the 28 × 28 pixels. Laid out as an image \
    they show what excites the unit (red) and what inhibits it (blue): at the start noise, after \
    training strokes and their absence. The unit has become a feature detector.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let digits = try classroom.digits()
    let architecture = Architecture(
      inputs: digits.train.inputWidth, hidden: [Self.units], outputs: digits.train.targetWidth)
    let start = Parameters(architecture, seed: classroom.seed)
    let decayed = try train(architecture, digits, weightDecay: 0.005, classroom)
    let plain = try train(architecture, digits, weightDecay: 0, classroom)
    let before = FeatureWeights(start, digits.imageSize)
    let after = FeatureWeights(decayed.parameters, digits.imageSize)

    var shown = Demonstration(.drawing(drawing(before, after)))
    let blank = digits.train.pixelsWithoutInk
    var table = NumberTable(
      "\(architecture), \(Self.epochs) epochs", columns: ["", "at the start", "learned"])
    table.add(
      "neighbouring weights' correlation", .number(before.neighbourCorrelation, digits: 2),
      .number(after.neighbourCorrelation, digits: 2))
    table.add(
      "largest norm of a unit's weights", .number(before.norms.max() ?? 0, digits: 3),
      .number(after.norms.max() ?? 0, digits: 3))
    table.add(
      "smallest norm of a unit's weights", .number(before.norms.min() ?? 0, digits: 3),
      .number(after.norms.min() ?? 0, digits: 3))
    shown.show(table)
    // The correlation of n independent pairs is 0 ± 1/√n; here n is some 24,000.
    shown.claim(
      "at the start neighbouring weights have nothing to do with one another",
      found: significant(before.neighbourCorrelation, 2),
      holds: abs(before.neighbourCorrelation) < 5 / Double(before.pairCount).squareRoot())
    shown.claim(
      "the learned ones are images: neighbours are alike",
      found: "correlation \(significant(after.neighbourCorrelation, 2))",
      holds: after.neighbourCorrelation > 0.3)
    let accuracy = decayed.parameters.evaluate(
      on: digits.test, workers: classroom.workers
    ).evaluation.accuracy
    shown.claim(
      "with these features the network names more than 85 % of the test digits",
      found: "\(significant((accuracy ?? 0) * 100, 3)) %", holds: (accuracy ?? 0) > 0.85)
    let kept = FeatureWeights(plain.parameters, digits.imageSize).bits(ofPixels: blank)
    shown.claim(
      "a pixel that is never inked has no gradient: without decay its weights keep their bits",
      found: "\(blank.count) pixels", holds: !blank.isEmpty && kept == before.bits(ofPixels: blank))
    return shown
  }

  private static let units = 32
  private static let epochs = 20

  private func train(
    _ architecture: Architecture, _ digits: Classroom.Digits, weightDecay: Double,
    _ classroom: Classroom
  ) throws -> Trainer {
    let trainer = Trainer(
      architecture, training: digits.train,
      settings: TrainingSettings(
        epochs: Self.epochs, optimizer: .sgd(momentum: 0.9, weightDecay: weightDecay),
        seed: classroom.seed),
      workers: classroom.workers)
    try trainer.run()
    return trainer
  }

  /// The strongest units after training, and the same ones before.
  private func drawing(_ before: FeatureWeights, _ after: FeatureWeights) -> Drawing {
    let columns = 6
    let order = after.norms.indices.sorted { after.norms[$0] > after.norms[$1] }.prefix(2 * columns)
    let sheets = [before, after].map { weights in
      ColorImage.contactSheet(
        of: order.map(weights.picture), columns: columns, zoom: 1, gutter: 2,
        background: RGB(gray: 226))
    }
    let (left, cell, title) = (24.0, 3.4, 34.0)  // points; a cell is a weight
    let sheetHeight = Double(sheets[0].height) * cell
    let height = 44 + 2 * (sheetHeight + title) + 38
    var drawing = Drawing(
      width: 2 * left + Double(sheets[0].width) * cell, height: height,
      title: "First-layer weights before and after training")
    let ink = RGB(gray: 34)
    func text(_ words: String, y: Double, size: Double) {
      drawing.add(
        .text(
          words, Drawing.Place(drawing.width / 2, y), size: size, color: ink, anchor: .middle))
    }
    text("The first layer's weights, the 12 strongest units", y: 34, size: 17)
    for (row, words) in ["At the start", "Learned"].enumerated() {
      let bottom = 44 + Double(row + 1) * (sheetHeight + title)
      text(words, y: bottom - sheetHeight - 10, size: 14)
      drawing.add(
        .image(
          sheets[row], topLeft: Drawing.Place(left, bottom - sheetHeight),
          bottomRight: Drawing.Place(drawing.width - left, bottom)))
    }
    text(
      "red excites, blue inhibits, white is zero; each unit has its own scale", y: height - 15,
      size: 13)
    return drawing
  }
}

/// The weights of a first layer, by unit and pixel.
private struct FeatureWeights {
  private let weights: [Float]
  private let size: ImageSize
  private let units: Int

  init(_ parameters: Parameters, _ size: ImageSize) {
    weights = parameters.firstLayerWeights
    self.size = size
    units = parameters.architecture.layers[0].outputs
  }

  private var pictures: FeaturePictures {
    FeaturePictures(weights: weights, units: units, size: size, scale: .each, palette: .signed)
  }

  var norms: [Double] { pictures.norms }

  func picture(ofUnit unit: Int) -> ColorImage {
    switch pictures.picture(ofUnit: unit) {
    case .color(let image): image
    case .gray(let image):
      ColorImage(size: image.size, pixels: image.pixels.map { RGB(gray: $0) })
    }
  }

  private var pairs: [(Double, Double)] {
    (0..<units * size.height).flatMap { row in
      (0..<size.width - 1).map { column in
        let index = row * size.width + column
        return (Double(weights[index]), Double(weights[index + 1]))
      }
    }
  }

  var pairCount: Int { units * size.height * (size.width - 1) }

  /// The correlation of weights that lie side by side.
  var neighbourCorrelation: Double {
    let pairs = pairs
    let n = Double(pairs.count)
    let (a, b) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
    let mixed = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let left = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.0 - a) }
    let right = pairs.reduce(0) { $0 + ($1.1 - b) * ($1.1 - b) }
    return mixed / (left * right).squareRoot()
  }

  func bits(ofPixels pixels: [Int]) -> [UInt32] {
    (0..<units).flatMap { unit in
      pixels.map { weights[unit * size.pixelCount + $0].bitPattern }
    }
  }
}

extension SampleSet {
  /// The inputs that are 0 in every sample.
  fileprivate var pixelsWithoutInk: [Int] {
    var isBlank = Array(repeating: true, count: inputWidth)
    for sample in 0..<count {
      for (pixel, value) in row(sample).enumerated() where value != 0 { isBlank[pixel] = false }
    }
    return isBlank.indices.filter { isBlank[$0] }
  }
}
