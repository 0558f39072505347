import Images
import Randomness
import Training

/// The inputs of a demonstration: random seed, threads, clock and digits.
public struct Classroom {
  /// Real digits to learn from.
  public struct Digits {
    /// The images to train on, with classes.
    public let train: SampleSet
    /// The images to test on, with classes.
    public let test: SampleSet
    /// The size of an image.
    public let imageSize: ImageSize

    /// Digits of one size.
    ///
    /// - Precondition: both sets are images of that size.
    public init(train: SampleSet, test: SampleSet) {
      guard let size = train.imageSize, test.imageSize == size else {
        preconditionFailure("digits are images of one size")
      }
      self.train = train
      self.test = test
      imageSize = size
    }
  }

  /// The random seed: equal seeds give equal numbers, except measured times.
  public let seed: UInt64
  /// The maximum number of threads.
  public let workers: Int
  /// The seconds since some moment in the past.
  public let elapsedSeconds: () -> Double
  /// Reads the digits.
  public let digits: () throws -> Digits

  /// A classroom.
  public init(
    seed: UInt64, workers: Int, elapsedSeconds: @escaping () -> Double,
    digits: @escaping () throws -> Digits
  ) {
    self.seed = seed
    self.workers = workers
    self.elapsedSeconds = elapsedSeconds
    self.digits = digits
  }

  /// Seeds for many trainings; they differ between classrooms of different seeds.
  ///
  /// - Parameter count: at most 1,024.
  /// - Returns: [count], all different.
  package func seeds(_ count: Int) -> [UInt64] {
    precondition(count <= 1024, "\(count) seeds of a classroom that has 1,024")
    return (0..<UInt64(count)).map { seed &* 1024 &+ $0 }
  }

  /// Random numbers of the classroom's seed.
  ///
  /// - Parameter stream: different streams are independent of one another.
  /// - Returns: a generator at the beginning of the stream.
  package func chance(_ stream: UInt32 = 0) -> Chance { Chance(seed: seed, stream: stream) }
}
