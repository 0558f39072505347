import Files
import ArgumentParser
import Digits
import Files
import Lockstep
import Networks
import Training
import Workers

struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measure the time of each pass of a training step.",
    discussion: """
      Takes the same step again and again with one thread and times its passes layer by layer: the \
      forward pass, the backward pass and the update, which reduces the gradient and changes the \
      weights. GFLOP/s count the multiply-adds that are done twice; where the first layer skips \
      zeros, those are not counted. The peak is that of a loop of multiply-adds in registers.

      Examples:
        lockstep profile --hidden 512,512
        lockstep profile --hidden 1024,1024,1024 --batch-size 256 --precision bf16
      """)

  @OptionGroup(title: "Data")
  var data: BenchmarkDataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @Option(help: "Mini-batch size.")
  var batchSize = 128

  @Option(help: "Element type of matrix products.")
  var precision = Precision.float

  @Option(help: "Optimizer: sgd or adamw.")
  var optimizer = OptimizerName.sgd

  @Flag(help: "Use momentum with sgd, which keeps a velocity per weight.")
  var momentum = false

  @Option(help: "Approximate duration of the measurement, in seconds.")
  var seconds = 2.0

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if momentum && optimizer != .sgd {
      throw ValidationError("--momentum means nothing to the optimizer \(optimizer.rawValue)")
    }
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
    let step = LayerProfiler(
      architecture, samples: digits.trainingSamples,
      batchSize: batchSize, precision: precision,
      optimizer: optimizer == .adamw ? .adamW() : .sgd(momentum: momentum ? 0.9 : 0))
    let profile = ProfileReport(of: step, architecture, batchSize: batchSize, seconds: seconds)
    print(json ? jsonText(profile) : profile.text.joined(separator: "\n"))
  }
}
