import ArgumentParser
import CProcessor
import Files
import Foundation
import Kernels
import Lockstep
import Training

@main
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lockstep",
    abstract: "Train multilayer perceptrons on digit images, with the same bits on any machine.",
    discussion: """
      Examples:
        lockstep train                                    the embedded 5,000 digits
        lockstep train --hidden 512,512 --epochs 20       another network
        lockstep find-rate                                a learning rate for the default network
        lockstep search --learning-rate 0.01..0.5 --hidden '128|256|512'
        lockstep evaluate runs/…/model.safetensors
        lockstep predict runs/…/model.safetensors digit.png
        lockstep features runs/…/model.safetensors --output features
        lockstep report runs/…                            a page about the run
        lockstep compare runs/first runs/second           their settings, results and mistakes
        lockstep plot runs/… --output curves.svg          loss and accuracy by epoch
        lockstep export runs/…/model.safetensors --onnx model.onnx
        lockstep import weights.safetensors --like runs/… --output model.safetensors
        lockstep augment --show sheet.png                 a training image and its distortions
        lockstep scaling --hidden 512,512                 the speed with 1, 2, … workers
        lockstep profile --hidden 512,512                 the time of each pass of a training step
        lockstep lecture                                  the topics of the course
      """,
    version: lockstepVersion,
    subcommands: [
      TrainCommand.self, SearchCommand.self, FindRateCommand.self, EvaluateCommand.self,
      PredictCommand.self, FeaturesCommand.self,
      ReportCommand.self, CompareCommand.self, PlotCommand.self, ExportCommand.self,
      ImportCommand.self, AugmentCommand.self, ScalingCommand.self, ProfileCommand.self,
      VerifyCommand.self, InfoCommand.self, LectureCommand.self,
    ])

  static func main() {
    openStandardStreams()
    SignalHandling.turnWriteSignalsIntoErrors()
    refuseForeignProcessor()
    refuseToGuess()
    do {
      var command = try parseAsRoot()
      if RankGroup.launched != nil, !(command is TrainCommand) {
        throw UsageProblem(
          "mpirun has started several processes, which only lockstep train makes use of")
      }
      try command.run()
      try finishOutput()
    } catch {
      end(reporting: error)
    }
  }
}

/// Swift finds the arguments with the help of /proc. Without it there are none, not even the command's
/// name, and to print the help would look like success.
private func refuseToGuess() {
  guard CommandLine.arguments.isEmpty else { return }
  complain("the system does not tell what was asked for: /proc/self/maps cannot be read")
  Foundation.exit(71)
}

/// Says in words that the binary was built for another processor, where the first vector
/// instruction would end it without any.
private func refuseForeignProcessor() {
  let missing = compiledInstructionSets() & ~processor_sets_present()
  guard missing != 0 else { return }
  complain(
    "this binary was built for another processor: \(instructionSetNames(missing)) missing here; "
      + "build it again on this machine, or anywhere with LOCKSTEP_CPU=x86-64-v3")
  Foundation.exit(1)
}
