import Files
import Training

/// Writes the checkpoints of a run when they are due, and keeps earlier ones.
struct CheckpointWriter {
  var interval = CheckpointInterval.time(.seconds(5))
  /// How many of the last checkpoints are kept, the very last one included.
  var keptCount = 1

  private let clock = ContinuousClock()
  private var last: (time: ContinuousClock.Instant, step: Int)

  /// A writer for a run whose checkpoint is of this step.
  init(step: Int) {
    last = (clock.now, step)
  }

  /// Whether a checkpoint should be written after a step.
  func isDue(at step: Int) -> Bool {
    switch interval {
    case .steps(let count): step % count == 0
    case .time(let interval): clock.now - last.time >= interval
    }
  }

  /// Writes the checkpoint of the step that the trainer is at.
  ///
  /// - Throws: `inputOutput` with the system's reason; the next one is due as if it had been written.
  mutating func write(
    _ trainer: Trainer, _ record: RunRecord, to folder: RunFolder
  ) throws(FileProblem) {
    let step = trainer.stepsDone
    last.time = clock.now
    if keptCount > 1, step != last.step {
      try folder.keptCheckpoints.add(folder.checkpoint, step: last.step, keeping: keptCount - 1)
    }
    try trainer.writeCheckpoint(to: folder.checkpoint, notes: record.notes)
    last = (clock.now, step)
  }
}
