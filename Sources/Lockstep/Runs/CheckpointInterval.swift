/// How often a run writes a checkpoint, at the end of a step.
public enum CheckpointInterval: Equatable, Sendable {
  /// After each so many steps, counted from the beginning of the training.
  case steps(Int)
  /// As soon as this time has passed since the last one; zero writes as many as it can.
  case time(Duration)
}

extension CheckpointInterval {
  /// The number of steps from a step to the next checkpoint, where it is steps that tell.
  package func stepsToNext(from step: Int) -> Int {
    guard case .steps(let count) = self else { return .max }
    return count - step % count
  }
}
