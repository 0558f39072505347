import Communication
import Lockstep
import Networks
import Training

// A training by the ranks of a group: each computes some leaves of every mini-batch.

extension TrainCommand {
  /// Trains together with the other ranks, of which rank 0 keeps the run.
  func run(in group: RankGroup) throws {
    let (plan, checkpoint) = try plan(in: group)
    try group.compare(plan.facts)
    if let fault = plan.settings.sharingError(
      sampleCount: plan.digits.train.count, members: group.count)
    {
      throw RankProblem(status: 64, message: fault)
    }
    let run = try group.agree {
      group.isLeader ? try begin(plan, from: checkpoint, in: group) : nil
    }
    let folder = group.words(ofLeader: run?.folder.path ?? "")
    RankGroup.noteResumption("lockstep train --resume \(folder)")
    if let run { try lead(run, in: group) } else { try follow(plan, in: group) }
  }

  /// What all ranks are to do. A checkpoint is read by rank 0, which holds its folder.
  private func plan(in group: RankGroup) throws -> (TrainingPlan, RunCheckpoint?) {
    guard let resume else {
      return (try group.agree { try newPlan(in: group) }, nil)
    }
    let (held, bytes) = try group.agree {
      guard group.isLeader else { return (RunCheckpoint?.none, [UInt8]()) }
      let held = try RunCheckpoint(ofRun: resume)
      return (held, try held.bytes())
    }
    let content = group.communicator.broadcast(bytes)
    let plan = try group.agree {
      let (checkpoint, record) = try RunCheckpoint.decode(content, file: resume)
      return try resumedPlan(checkpoint, record, in: group)
    }
    return (plan, held)
  }

  /// Takes the steps of the run that rank 0 keeps.
  private func follow(_ plan: TrainingPlan, in group: RankGroup) throws {
    let (samples, test) = (plan.digits.trainingSamples, plan.digits.testSamples)
    let trainer =
      if let checkpoint = plan.checkpoint {
        Trainer(
          resuming: checkpoint, epochs: training.optimizer.epochs, training: samples, test: test,
          workers: plan.workers, communicator: group.communicator)
      } else {
        Trainer(
          parameters: plan.start?.parameters
            ?? Parameters(plan.architecture, seed: plan.settings.seed),
          training: samples, test: test, settings: plan.settings, workers: plan.workers,
          communicator: group.communicator)
      }
    trainer.placement = threads.placement
    while try trainer.next(stepLimit: checkpointEvery.stepsToNext(from: trainer.stepsDone)) != nil {
      let signal = group.signal(SignalHandling.signal)
      if let signal, trainer.stopReason == nil { throw Interrupted(signal: signal) }
      if let stopAfter, trainer.reports.count >= stopAfter, trainer.stopReason == nil { return }
    }
    // Rank 0 evaluates the trained network, together with all.
    _ = trainer.evaluate(on: test)
  }
}
