import ArgumentParser
import Digits
import Files
import Images
import Lockstep
import Networks
import NumberText
import Pictures

struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Write the first layer's weights as images, one per unit, and a contact sheet.",
    usage: "lockstep features <model> (--output <folder> | --terminal) [<options>]",
    discussion: """
      The weights of a unit, arranged as an image, show the feature that the unit detects. Zero is \
      mid-gray, lighter pixels excite the unit, darker pixels inhibit it. The contact sheet has each \
      unit's number and a legend. A unit whose weights are next to 0 is crossed once; with data, a \
      unit that is 0 for every training image is crossed twice. A unit of a deeper layer is shown by \
      the input that excites it most.

      Examples:
        lockstep features model.safetensors --output features
        lockstep features runs/first --terminal
        lockstep features runs/first --output features --palette signed --zoom 4
        lockstep features runs/first --output features --order class --examples
        lockstep features runs/deep --output features --layer 2
        lockstep features runs/first --output born --born --units 3,17,40
      """)

  @Argument(
    help: ArgumentHelp("Model file, checkpoint, or folder of a run.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Option(help: ArgumentHelp("Output folder.", valueName: "folder"), completion: .directory)
  var output: String?

  @Flag(help: "Draw the first units of the order in the terminal, at half their size.")
  var terminal = false

  @Option(help: "Layer, counted from 1.")
  var layer = 1

  @Option(help: "Color scale: shared by all units, or one for each unit.")
  var scale = FeaturePictures.Scale.shared

  @Option(
    help: """
      Enlargement: side in pixels of the square that shows a weight (default: 1 for the images of \
      the units; the largest that keeps the contact sheet within 1000 pixels of width).
      """)
  var zoom: Int?

  @Option(
    help: """
      Order of the contact sheet: largest norm first, by index, by the class to which the outgoing \
      weight is largest, or so that neighbors look alike (default: norm; index for the output layer).
      """)
  var order: FeaturePictures.Order?

  @Option(
    help: ArgumentHelp(
      "Maximum number of units on the contact sheet (default: 1024; 16 with --born).",
      valueName: "units"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "Show these units alone, in this order, such as 3,17,40.", valueName: "numbers"))
  var units: UnitNumbers?

  @Option(help: "Color map: gray, or signed (blue negative, white zero, red positive).")
  var palette = SignedPalette.gray

  @Flag(help: "Contact sheet without labels and legend.")
  var plain = false

  @Flag(
    help: """
      Name the classes of each unit's largest and smallest outgoing weight, such as +3 −8; for the \
      last hidden layer.
      """)
  var votes = false

  @Flag(
    help: """
      Show beneath each unit the nine training images that excite it most, and its votes where it has \
      some.
      """)
  var examples = false

  @Flag(
    help: """
      Draw how features came about: a film strip and an animation of a run that was trained with \
      --features-every.
      """)
  var born = false

  @OptionGroup(title: "Data (read with --data or --examples)")
  var data: DataOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  func validate() throws {
    if let zoom, !(1...64).contains(zoom) {
      throw ValidationError("--zoom \(zoom) is not in 1…64")
    }
    if output == nil, born || !terminal { throw ValidationError("--output names the folder") }
    if layer < 1 { throw ValidationError("--layer \(layer) is below 1") }
    if let count, count < 1 { throw ValidationError("--count \(count) is below 1") }
    if plain, votes || examples {
      throw ValidationError("--plain leaves out what --votes and --examples add")
    }
    if examples, let zoom, !zoom.isMultiple(of: 3) {
      throw ValidationError("--examples needs a --zoom that is a multiple of 3, not \(zoom)")
    }
    if born, layer != 1 || plain || votes || examples {
      throw ValidationError(
        "--born shows the first layer, without --layer, --plain, --votes and --examples")
    }
    if layer > 1, palette != .gray || scale != .shared {
      throw ValidationError("--palette and --scale are for the weights of --layer 1")
    }
  }

  func run() throws {
    let model = try Model(contentsOfRunOrFile: model)
    guard let size = model.imageSize else { throw Model.notTrainedOnImages(file: self.model) }
    try check(against: model)
    if born {
      if let output { try writeHistory(of: model, to: output) }
      return
    }
    let layer = layer - 1
    let features =
      layer == 0
      ? FeaturePictures(model: model, scale: scale, palette: palette) : nil
    let weights = features ?? model.incomingWeights(ofLayer: layer)
    let order = order ?? model.usualOrder(ofLayer: layer)
    let shown =
      units?.numbers
      ?? weights.shownUnits(order: order, atMost: count ?? Model.usualSheetCount)
    if terminal { drawInTerminal(model, features, shown) }
    guard let output else { return }
    // Before hours of painting: how large is it going to be?
    try checkSize(
      SheetLayout(
        count: shown.count, pictureSize: size, zoom: zoom ?? (examples ? 3 : nil)
      ).size)

    let facts = try facts(model, shown)
    let showsVotes = votes || examples || order == .servedClass
    let legendOrder = units == nil ? order : nil
    let files: [(unit: Int, picture: Picture)]
    let sheet: LabelledSheet
    let bare: () -> Picture
    if let features {
      files = (units?.numbers ?? Array(0..<features.units)).map { unit in
        (unit, features.picture(ofUnit: unit))
      }
      sheet = features.labelledSheet(
        of: shown, order: legendOrder, facts: facts, showsVotes: showsVotes, zoom: zoom)
      bare = { features.contactSheet(of: shown, zoom: zoom) }
    } else {
      let inputs = model.preferredInputs(ofLayer: layer, units: shown) ?? []
      files = inputs.map { ($0.unit, .gray($0.image)) }
      sheet = model.preferenceSheet(
        of: inputs, layer: layer, order: legendOrder, facts: facts, showsVotes: showsVotes,
        zoom: zoom)
      bare = {
        .gray(.contactSheet(of: inputs.map(\.image), zoom: zoom, background: 255))
      }
    }
    if !plain { try checkSize(sheet.size) }

    try makeFolder(output)
    let digits = "\(weights.units - 1)".count
    for file in files {
      let number = String(repeating: "0", count: digits - "\(file.unit)".count) + "\(file.unit)"
      try writeDurably(
        try file.picture.enlarged(by: zoom ?? 1).pngBytes(), to: "\(output)/unit-\(number).png")
    }
    let picture = plain ? bare() : sheet.picture()
    try writeDurably(try picture.pngBytes(), to: "\(output)/sheet.png")
    print(
      "\(grouped(files.count)) pictures of \(size) "
        + "and sheet.png (\(picture.size.width) × \(picture.size.height)) in \(output)")
  }

  /// Draws the first units that are shown, as many as rows of a terminal bear.
  private func drawInTerminal(_ model: Model, _ features: FeaturePictures?, _ shown: [Int]) {
    let sheet = TerminalSheet()
    let units = Array(shown.prefix(count ?? units?.numbers.count ?? sheet.usualCount(of: model)))
    let pictures: [(unit: Int, picture: Picture)] =
      if let features {
        units.map { ($0, features.picture(ofUnit: $0)) }
      } else {
        (model.preferredInputs(ofLayer: layer - 1, units: units) ?? [])
          .map { ($0.unit, .gray($0.image)) }
      }
    printPicture(sheet.lines(pictures.map { ("\($0.unit)", $0.picture) }))
  }

  /// Refuses what the model does not have.
  private func check(against model: Model) throws {
    let layers = model.architecture.layers
    guard layer <= layers.count else {
      throw UsageProblem("--layer \(layer): the network \(model.architecture) has \(layers.count)")
    }
    let width = layers[layer - 1].outputs
    if let unit = units?.numbers.first(where: { $0 >= width }) {
      throw UsageProblem(
        "--units \(unit): layer \(layer) has \(grouped(width)) units, numbered from 0")
    }
    let hasVotes = layer == layers.count - 1
    if !hasVotes, votes || order == .servedClass {
      let option = votes ? "--votes" : "--order class"
      throw UsageProblem(
        "\(option) is for the last hidden layer: only its outgoing weights lead to the classes")
    }
  }

  private func checkSize(_ size: ImageSize) throws {
    guard size.width <= Self.sheetLimit, size.height <= Self.sheetLimit else {
      throw UsageProblem(
        "a sheet of \(size.width) × \(size.height) pixels is too large; use a smaller --zoom or "
          + "--count")
    }
  }

  /// The most pixels of a sheet's side.
  static let sheetLimit = 32_000

  /// What the training images tell, where they are read.
  private func facts(_ model: Model, _ shown: [Int]) throws -> UnitFacts {
    let layer = layer - 1
    guard examples || data.data != nil else { return model.facts(ofLayer: layer) }
    let workers = machine.count()
    let source = try data.source(ofModel: model, at: self.model)
    let read = try DigitDataset(
      contentsOf: source, resize: data.resize, transpose: data.transpose,
      preparation: model.preparation, workers: workers)
    let digits = try model.matched(read, from: source).train
    let silence = Silence(of: model, on: model.samples(of: digits), workers: workers)
    guard examples else { return model.facts(ofLayer: layer, silence: silence) }
    let images = model.mostExcitingImages(
      ofLayer: layer, in: digits, units: shown, workers: workers)
    return model.facts(
      ofLayer: layer, silence: silence, examples: images.mapValues { $0.map(digits.image) })
  }
}

/// Numbers of units: `3,17,40`.
struct UnitNumbers: ExpressibleByArgument {
  let numbers: [Int]

  /// Reads numbers that are 0 or more, each once.
  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.allSatisfy({ ($0 ?? -1) >= 0 }), Set(numbers).count == numbers.count else {
      return nil
    }
    self.numbers = numbers.compactMap(\.self)
  }
}

extension FeaturePictures.Scale: ExpressibleByArgument {}
extension FeaturePictures.Order: ExpressibleByArgument {}
extension SignedPalette: ExpressibleByArgument {}
