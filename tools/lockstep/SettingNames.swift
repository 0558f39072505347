import ArgumentParser
import Kernels
import Lockstep
import Networks
import Training

// Settings by their names on the command line.

/// The names of the optimizers.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case sgd, adamw

  init(_ optimizer: Optimizer) {
    self =
      switch optimizer {
      case .sgd: .sgd
      case .adamW: .adamw
      }
  }

  /// The optimizer where nothing but its name is given.
  ///
  /// - Parameter sampleCount: the number of images to train on.
  /// - Returns: the optimizer with the usual numbers.
  func usual(sampleCount: Int) -> Optimizer {
    switch self {
    case .sgd:
      .sgd(
        momentum: Optimizer.Usual.momentum,
        weightDecay: Optimizer.Usual.weightDecay(sampleCount: sampleCount))
    case .adamw: .adamW()
    }
  }
}

/// The names of the schedules.
enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
  case constant, step, exponential
  case inverseTime = "inverse-time"
  case cosine
  case oneCycle = "one-cycle"
  case plateau

  init(_ schedule: LearningRateSchedule) {
    self =
      switch schedule {
      case .constant: .constant
      case .step: .step
      case .exponential: .exponential
      case .inverseTime: .inverseTime
      case .cosine: .cosine
      case .oneCycle: .oneCycle
      case .onPlateau: .plateau
      }
  }

  /// The schedule where nothing but its name is given.
  var usual: LearningRateSchedule {
    switch self {
    case .constant: .constant
    case .cosine: .cosine
    case .oneCycle: .oneCycle
    case .step: .step(epochs: 10, factor: 0.1)
    case .exponential: .exponential(factor: 0.9)
    case .inverseTime: .inverseTime(decay: 1)
    case .plateau: .onPlateau(factor: 0.5, patience: 3)
    }
  }

  /// Whether `--decay` means anything to it.
  var usesDecay: Bool { [.step, .exponential, .inverseTime, .plateau].contains(self) }

  /// Whether `--decay-every` does.
  var usesDecayEvery: Bool { [.step, .plateau].contains(self) }
}

extension ClassWeights: ExpressibleByArgument {
  /// Reads `balanced`, or numbers with commas between them.
  public init?(argument: String) {
    guard argument != "balanced" else {
      self = .balanced
      return
    }
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let weights = words.compactMap { Double($0) }
    guard weights.count == words.count else { return nil }
    self = .given(weights)
  }
}

extension Precision: ExpressibleByArgument {
  /// The name of the faster precision with bfloat16.
  private static let fasterName = "bf16"

  /// The names for the help.
  public static var allValueStrings: [String] {
    [Precision.float.argument, fasterName] + [Precision.bf16, .bf16Matrix].map(\.argument)
  }

  /// Reads a name; the field calls the precision of floats `float32`, too.
  public init?(argument: String) {
    if argument == Self.fasterName {
      self = .bfloat16OfThisMachine
      return
    }
    let name = argument == "float32" ? "float" : argument
    guard let precision = Self.allCases.first(where: { $0.argument == name }) else { return nil }
    self = precision
  }

  /// The name of exactly this precision on the command line.
  var argument: String { self == .bf16 ? "bf16-vector" : rawValue }

  /// Says that bfloat16 gains no time here; nil where it does.
  var noteOfSpeed: String? {
    guard self != .float, !isFasterThanFloats else { return nil }
    return self == .bf16
      ? "note: this processor multiplies bfloat16 numbers no faster than floats"
      : "note: there is no matrix unit (AMX) here, or this binary was not built for it; its products "
        + "are emulated, many times slower than those of floats"
  }

  /// - Throws: where this binary, or the processor it was built for, cannot.
  func requireAvailable() throws(UsageProblem) {
    guard !isAvailable else { return }
    throw UsageProblem(
      "bf16 needs a processor with AVX-512 BF16 and a binary built for it; this one was built for "
        + instructionSetNames(compiledInstructionSets()))
  }
}
