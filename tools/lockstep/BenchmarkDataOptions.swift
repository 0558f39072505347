import ArgumentParser
import Digits
import Kernels
import NumberText
import Workers

/// The digits to measure with: a data set, or synthetic digits.
struct BenchmarkDataOptions: ParsableArguments {
  @OptionGroup
  var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Train on this number of synthetic digits instead of a data set; needs no files.",
      valueName: "images"))
  var synthetic: Int?

  func validate() throws {
    if let synthetic, !(1...200_000).contains(synthetic) {
      throw ValidationError("--synthetic \(synthetic) is not in 1…200000")
    }
    if synthetic != nil, data.data != nil || data.resize != nil || data.transpose != nil {
      throw ValidationError(
        "--synthetic draws its own images, without --data, --resize and --transpose")
    }
  }

  /// Reads or generates the digits.
  ///
  /// - Throws: also where there are fewer than `batchSize` digits, and in a debug build, whose
  ///   times mean nothing.
  func load(batchSize: Int, workers: Int) throws -> DigitDataset {
    #if DEBUG
      throw UsageProblem("this is a debug build; measure with swift build -c release")
    #else
      let digits =
        if let synthetic {
          DigitDataset.synthetic(train: synthetic, test: 1, seed: 1, workers: workers)
        } else {
          try data.load(workers: workers).digits
        }
      guard batchSize <= digits.train.count else {
        throw UsageProblem(
          "--batch-size \(batchSize) is more than the \(grouped(digits.train.count)) images of "
            + digits.name)
      }
      return digits
    #endif
  }
}

/// The peak of `workers` threads together, by multiply-adds in registers, in GFLOP/s.
func measurePeakGigaflops(workers: Int) -> Double {
  let repetitions = 1_000_000
  let clock = ContinuousClock()
  let begin = clock.now
  performInLockstep(workers: workers, phases: [workers]) { _ in
    _ = runMultiplyAddChains(repetitions: repetitions)
  }
  let seconds = (clock.now - begin).seconds
  let operations = Double(repetitions) * runMultiplyAddChains(repetitions: 1).operations
  return Double(workers) * operations / seconds / 1e9
}
