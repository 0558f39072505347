import Communication
import Digits
import Files
import Foundation
import Networks
import Training
import Workers

// How a run begins: anew, or from a checkpoint.

extension TrainingRun {
  /// A new run, with its folder and a checkpoint of its beginning.
  ///
  /// - Parameters:
  ///   - digits: the data set to train on.
  ///   - source: the folder or file that it was read from, to be found again by `init(resuming:)`.
  ///   - digests: the data set's digests; nil computes them.
  ///   - architecture: the network.
  ///   - start: the weights to begin with; nil draws them by the settings' seed.
  ///   - settings: the settings of the training; nil takes the usual ones for a set of this size.
  ///   - path: the folder of the run; nil makes one in `runs/`, named by time, data and network.
  ///   - workers: the maximum number of threads; nil takes all usable processors.
  /// - Throws: `inputOutput` where the folder cannot be made or written to, holds a run, or belongs
  ///   to another process.
  /// - Precondition: the data fits the network and the settings are valid.
  public convenience init(
    _ digits: DigitDataset, from source: String, digests: DatasetDigests? = nil,
    _ architecture: Architecture, start: TrainingStart? = nil, settings: TrainingSettings? = nil,
    in path: String? = nil, workers: Int? = nil
  ) throws(FileProblem) {
    try self.init(
      digits, from: source, digests: digests, architecture, start: start, settings: settings,
      in: path, workers: workers, communicator: nil)
  }

  /// A new run like another, of the member of rank 0 where a group trains together.
  package convenience init(
    _ digits: DigitDataset, from source: String, digests: DatasetDigests? = nil,
    _ architecture: Architecture, start: TrainingStart?, settings: TrainingSettings?,
    in path: String?, workers: Int?, communicator: (any Communicator)?
  ) throws(FileProblem) {
    let workers = workers ?? AvailableProcessors.read().usable
    let settings =
      settings
      ?? TrainingSettings(
        optimizer: .sgd(
          momentum: Optimizer.Usual.momentum,
          weightDecay: Optimizer.Usual.weightDecay(sampleCount: digits.train.count)))
    let begun = Date()
    let record = RunRecord(
      data: RunRecord.DataRecord(
        digits, folder: source, digests: digests ?? digits.contentDigests(workers: workers)),
      architecture: architecture, start: start?.record, settings: settings, workers: workers,
      ranks: communicator?.memberCount, begun: begun)
    let trainer = Trainer(
      parameters: start?.parameters ?? Parameters(architecture, seed: settings.seed),
      training: digits.trainingSamples, test: digits.testSamples, settings: settings,
      workers: workers, communicator: communicator)
    let (folder, lock) =
      if let path {
        try RunFolder.claim(path)
      } else {
        try RunFolder.claimNumbered(
          RunFolder.defaultPath(data: digits.name, network: "\(architecture)", at: begun))
      }
    self.init(trainer: trainer, digits: digits, folder: folder, lock: lock, record: record)
    do throws(FileProblem) {
      try trainer.writeCheckpoint(to: folder.checkpoint, notes: record.notes)
      try folder.log.begin()
      try folder.write(record)
    } catch {
      folder.discard()
      throw error
    }
  }

  /// A run that goes on from its checkpoint, to the bits of an uninterrupted run.
  ///
  /// - Parameters:
  ///   - checkpoint: a checkpoint of a run's folder. The folder's later ones are removed: the run is
  ///     at this one again.
  ///   - digits: the data of the run, prepared as its record says.
  ///   - digests: the data's digests; nil computes them.
  ///   - epochs: a new number of epochs; nil keeps the old one.
  ///   - workers: the maximum number of threads; nil takes all usable processors.
  /// - Throws: `wrongData` where the data is not that of the run, `inputOutput` where the folder
  ///   cannot be written to or belongs to another process.
  public convenience init(
    resuming checkpoint: RunCheckpoint, with digits: DigitDataset,
    digests: DatasetDigests? = nil, epochs: Int? = nil, workers: Int? = nil
  ) throws(FileProblem) {
    try self.init(
      resuming: checkpoint, with: digits, digests: digests, epochs: epochs, workers: workers,
      communicator: nil)
  }

  /// A run that goes on like another, of the member of rank 0 where a group trains together.
  package convenience init(
    resuming checkpoint: RunCheckpoint, with digits: DigitDataset, digests: DatasetDigests? = nil,
    epochs: Int?, workers: Int?, communicator: (any Communicator)?
  ) throws(FileProblem) {
    let workers = workers ?? AvailableProcessors.read().usable
    var record = checkpoint.record
    try checkpoint.requireData(
      digits, digests: digests ?? digits.contentDigests(workers: workers))
    let trainer = Trainer(
      resuming: checkpoint.checkpoint, epochs: epochs, training: digits.trainingSamples,
      test: digits.testSamples, workers: workers, communicator: communicator)
    record.resume(
      settings: trainer.settings, workers: workers, ranks: communicator?.memberCount)
    self.init(
      trainer: trainer, digits: digits, folder: checkpoint.folder, lock: checkpoint.lock,
      record: record)
    folder.removeLeftovers()
    if checkpoint.file != folder.checkpoint {
      // From here on, this is the run's last checkpoint.
      try trainer.writeCheckpoint(to: folder.checkpoint, notes: record.notes)
    }
    folder.keptCheckpoints.removeAll(after: trainer.stepsDone)
    folder.keptFeatures.removeAll(after: trainer.reports.count)
    try folder.log.resume(at: trainer.reports)
    if folder.events(of: record).exists { try writeTensorBoardEvents() }
    try folder.write(record)
  }
}
