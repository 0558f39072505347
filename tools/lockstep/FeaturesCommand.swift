import ArgumentParser
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
    usage: "lockstep features <model> --output <folder> [<options>]",
    discussion: """
      The weights of a unit, arranged as an image, show the feature that the unit detects. Zero is \
      mid-gray, lighter pixels excite the unit, darker pixels inhibit it.

      Examples:
        lockstep features model.safetensors --output features
        lockstep features model.safetensors --output features --palette signed --zoom 4
      """)

  @Argument(
    help: ArgumentHelp("Model file, checkpoint, or folder of a run.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Option(help: ArgumentHelp("Output folder.", valueName: "folder"), completion: .directory)
  var output: String

  @Option(help: "Color scale: shared by all units, or one for each unit.")
  var scale = FeaturePictures.Scale.shared

  @Option(
    help: """
      Enlargement: side in pixels of the square that shows a weight (default: 1 for the images of \
      the units; the largest that keeps the contact sheet within 1000 pixels of width).
      """)
  var zoom: Int?

  @Option(help: "Order of the contact sheet: largest norm first, or by index.")
  var order = FeaturePictures.Order.norm

  @Option(help: "Color map: gray, or signed (blue negative, white zero, red positive).")
  var palette = SignedPalette.gray

  func validate() throws {
    if let zoom, !(1...64).contains(zoom) {
      throw ValidationError("--zoom \(zoom) is not in 1…64")
    }
  }

  func run() throws {
    let model = try Model(contentsOfRunOrFile: model)
    guard let pictures = FeaturePictures(model: model, scale: scale, palette: palette) else {
      throw Model.notTrainedOnImages(file: self.model)
    }
    let layout = SheetLayout(count: pictures.units, pictureSize: pictures.size, zoom: zoom)
    guard layout.width <= Self.sheetLimit, layout.height <= Self.sheetLimit else {
      throw UsageProblem(
        "a sheet of \(layout.width) × \(layout.height) pixels is too large; use a smaller --zoom")
    }

    try makeFolder(output)
    let digits = "\(pictures.units - 1)".count
    for unit in 0..<pictures.units {
      let number = String(repeating: "0", count: digits - "\(unit)".count) + "\(unit)"
      let picture = pictures.picture(ofUnit: unit).enlarged(by: zoom ?? 1)
      try writeDurably(try picture.pngBytes(), to: "\(output)/unit-\(number).png")
    }
    let sheet = pictures.contactSheet(order: order, zoom: zoom)
    try writeDurably(try sheet.pngBytes(), to: "\(output)/sheet.png")
    print(
      "\(grouped(pictures.units)) pictures of \(pictures.size) "
        + "and sheet.png (\(layout.width) × \(layout.height)) in \(output)")
  }

  /// The most pixels of a sheet's side.
  private static let sheetLimit = 32_000
}

extension FeaturePictures.Scale: ExpressibleByArgument {}
extension FeaturePictures.Order: ExpressibleByArgument {}
extension SignedPalette: ExpressibleByArgument {}
