import ArgumentParser
import Digits
import Files
import Lockstep
import NumberText
import Pictures
import Training

struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Draw a training image and sixteen of its distortions.",
    usage: "lockstep augment --show <file> [<options>]",
    discussion: """
      The distortions are those that a training with the same options and seed sees in its first \
      sixteen epochs. Without options, all kinds are drawn at their usual strengths.

      Examples:
        lockstep augment --show sheet.png
        lockstep augment --show sheet.png --image 7 --augment elastic
        lockstep augment --show sheet.png --elastic-alpha 60 --elastic-sigma 6
        lockstep augment --show sheet.png --rotation 30 --shift 3
      """)

  @Option(
    help: ArgumentHelp("PNG file to write.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var show: String

  @Option(help: "Number of the training image, counted from 0.")
  var image = 0

  @OptionGroup(title: "Distortions")
  var options: AugmentationOptions

  @Option(help: "Random seed.")
  var seed: UInt64 = TrainingSettings().seed

  @Option(
    help: "Enlargement: side in pixels of a pixel (default: the largest of a sheet of 1000 pixels)."
  )
  var zoom: Int?

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  func validate() throws {
    if let zoom, !(1...64).contains(zoom) {
      throw ValidationError("--zoom \(zoom) is not in 1…64")
    }
    if let fault = augmentation.validationError() { throw ValidationError(fault) }
  }

  private var augmentation: Augmentation {
    options.isEmpty ? .usual : options.augmentation(base: .none)
  }

  func run() throws {
    let workers = machine.count()
    let digits = try data.load(workers: workers).digits.prepared(workers: workers)
    guard digits.train.labels.indices.contains(image) else {
      throw UsageProblem(
        "--image \(image): there are \(grouped(digits.train.count)) training images, counted from 0"
      )
    }
    let sheet = digits.distortionSheet(ofImage: image, augmentation, seed: seed, zoom: zoom)
    let picture = sheet.picture()
    try writeDurably(try picture.pngBytes(), to: show)
    print(
      "\(show): training image \(image) and 16 distortions "
        + "(\(picture.size.width) × \(picture.size.height))")
  }
}
