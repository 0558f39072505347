import Files
import Images
import Kernels
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
      size: size, outgoing: model.outgoingWeights(ofLayer: 0), scale: scale, palette: palette)
  }
}

extension Model {
  /// The most units that a sheet shows if nothing else is asked for.
  public static let usualSheetCount = 1024

  /// The weights from each unit of a layer to the classes.
  ///
  /// - Parameter layer: counted from 0.
  /// - Returns: [classes × units]; none where another layer stands between them.
  func outgoingWeights(ofLayer layer: Int) -> [Float] {
    guard layer == architecture.layers.count - 2 else { return [] }
    let weights = parameters.weights(ofLayer: layer + 1)  // [units × outputs]
    let rows = (0..<weights.columns).map { output in
      (0..<weights.rows).map { weights[$0, output] }
    }
    // One output speaks for class 1 and against class 0.
    return rows.count == 1 && classCount == 2 ? rows[0].map(-) + rows[0] : rows.flatMap(\.self)
  }

  /// The names of a layer's units.
  ///
  /// - Parameter layer: counted from 0.
  /// - Returns: those of the classes for the output layer, else none.
  public func unitNames(ofLayer layer: Int) -> [String] {
    guard layer == architecture.layers.count - 1 else { return [] }
    return architecture.outputs == classCount
      ? (0..<classCount).map(name(ofClass:)) : [name(ofClass: 1)]
  }

  /// What a sheet can say of a layer's units.
  ///
  /// - Parameters:
  ///   - layer: counted from 0.
  ///   - silence: the dead units, if they are known.
  ///   - examples: the images that excite each unit most, by unit.
  /// - Returns: names, dead units and examples.
  public func facts(
    ofLayer layer: Int = 0, silence: Silence? = nil, examples: [Int: [GrayImage]] = [:]
  ) -> UnitFacts {
    UnitFacts(
      names: unitNames(ofLayer: layer), classNames: (0..<classCount).map(name(ofClass:)),
      dead: silence.map { $0.units.indices ~= layer ? Set($0.units[layer]) : [] } ?? [],
      images: silence?.images, examples: examples)
  }

  /// The order in which a layer's units are shown if nothing else is asked for.
  ///
  /// - Parameter layer: counted from 0.
  /// - Returns: that of the classes for the output layer, else by norm.
  public func usualOrder(ofLayer layer: Int) -> FeaturePictures.Order {
    layer == architecture.layers.count - 1 ? .index : .norm
  }

  /// The labelled contact sheet of the first layer, as a run leaves it.
  ///
  /// - Parameter silence: the dead units, if they are known.
  /// - Returns: a sheet of at most `usualSheetCount` units; nil where the inputs are no image.
  public func featureSheet(silence: Silence? = nil) -> LabelledSheet? {
    guard let pictures = FeaturePictures(model: self) else { return nil }
    let order = usualOrder(ofLayer: 0)
    return pictures.labelledSheet(
      of: pictures.shownUnits(order: order, atMost: Self.usualSheetCount), order: order,
      facts: facts(silence: silence))
  }

  /// A labelled contact sheet of the inputs that excite the units of a layer most.
  ///
  /// - Parameters:
  ///   - inputs: the images, in the order of the sheet.
  ///   - layer: counted from 0.
  ///   - order: the words for this order in the legend; nil for a choice of units.
  ///   - facts: what is known of the units.
  ///   - showsVotes: whether the captions name the classes that a unit speaks for and against.
  ///   - zoom: the factor of enlargement; a multiple of 3 where there are examples.
  /// - Returns: the sheet, which is not painted yet.
  public func preferenceSheet(
    of inputs: [PreferredInput], layer: Int, order: FeaturePictures.Order?, facts: UnitFacts,
    showsVotes: Bool = false, zoom: Int? = nil
  ) -> LabelledSheet {
    let weights = incomingWeights(ofLayer: layer)
    let empty = Set(weights.emptyUnits)
    let cells = inputs.map { input in
      LabelledSheet.Cell(
        picture: .gray(input.image), label: facts.name(ofUnit: input.unit),
        votes: showsVotes ? weights.votes(ofUnit: input.unit)?.words(facts.classNames) ?? [] : [],
        mark: facts.mark(ofUnit: input.unit, empty: empty),
        examples: facts.examples[input.unit] ?? [])
    }
    let notes =
      [.init("layer \(layer + 1): the input that excites each unit most, by gradient ascent")]
      + weights.notes(
        on: inputs.map(\.unit), order: order, facts: facts, showsVotes: showsVotes)
    return LabelledSheet(
      cells, legend: SheetLegend(grayFrom: (black: "0", white: "1"), notes: notes), zoom: zoom)
  }

  /// The weights that lead into the units of any layer: they have norms and orders as features do.
  ///
  /// - Parameter layer: counted from 0.
  /// - Returns: each unit's weights as an image of one row.
  public func incomingWeights(ofLayer layer: Int) -> FeaturePictures {
    let weights = parameters.weights(ofLayer: layer)  // [inputs × units]
    var values: [Float] = []
    values.reserveCapacity(weights.rows * weights.columns)
    for unit in 0..<weights.columns {
      for input in 0..<weights.rows { values.append(weights[input, unit]) }
    }
    return FeaturePictures(
      weights: values, units: weights.columns,
      size: ImageSize(height: 1, width: weights.rows),
      outgoing: outgoingWeights(ofLayer: layer))
  }
}

extension RunFolder {
  /// Writes `features.png`; nothing where the inputs are no image.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  func writeFeatures(of model: Model, silence: Silence) throws(FileProblem) {
    guard let sheet = model.featureSheet(silence: silence) else { return }
    let bytes: [UInt8]
    do throws(PNGError) {
      bytes = try sheet.picture().pngBytes()
    } catch {
      throw FileProblem(
        .inputOutput, file: features, expected: "to write the features", found: "\(error)")
    }
    try writeDurably(bytes, to: features)
  }
}
