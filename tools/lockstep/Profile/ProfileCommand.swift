import ArgumentParser
import Digits
import Networks
import Training
import Workers

struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measure the time of each pass of a training step.",
    discussion: """
      Repeats one training step with one thread and times its passes layer by layer: the forward \
      pass, the backward pass, and the gradient with the update of the weights ("gradient and \
      descent"). A multiply-add counts as two operations in GFLOP/s; multiply-adds that the first \
      layer skips, because the input is zero, are not counted. The peak is measured with \
      multiply-adds in registers.

      Examples:
        lockstep profile --hidden 512,512
        lockstep profile --hidden 1024,1024,1024 --batch-size 256 --precision bf16
      """)

  @OptionGroup(title: "Data")
  var data: MeasuredDataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @Option(help: "Mini-batch size.")
  var batchSize = 128

  @Option(help: "Element type of matrix products.")
  var precision = Precision.float

  @Flag(help: "Update the weights with momentum, which keeps a velocity per weight.")
  var momentum = false

  @Option(help: "Approximate duration of the measurement, in seconds.")
  var seconds = 2.0

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard batchSize >= 1 else { throw ValidationError("--batch-size \(batchSize) is below 1") }
    guard (0.01...3600).contains(seconds) else {
      throw ValidationError("--seconds \(seconds) is not in 0.01…3600")
    }
  }

  func run() throws {
    try precision.requireAvailable()
    let digits = try data.load(batchSize: batchSize, workers: AvailableProcessors.read().usable)
    let architecture = try network.architecture(
      inputs: digits.train.pixelsPerImage, classes: digits.classCount)
    let step = StepPasses(
      architecture, samples: SampleSet(digits.train, classCount: digits.classCount),
      batchSize: batchSize, precision: precision, hasMomentum: momentum)
    let profile = StepProfile(of: step, architecture, batchSize: batchSize, seconds: seconds)
    print(json ? jsonText(profile) : profile.text.joined(separator: "\n"))
  }
}
