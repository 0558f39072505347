import Foundation
import Networks
import Scaling
import Statistics
import Training

/// The predictions of the step model for larger machines, and its errors on this machine.
struct SimulatedScaling: Encodable {
  /// The prediction for a number of workers that was measured, too.
  struct Check: Encodable {
    let workers: Int
    /// As measured.
    let speedUp: MedianInterval
    /// Measured ÷ predicted − 1.
    let residual: MedianInterval
    /// The slow-down of the items against one worker, as a share.
    let slowerItems: MedianInterval
  }

  let batchSize: Int
  /// The model of each round.
  let models: [StepModel]
  let predictions: [StepSimulation.Prediction]
  let checks: [Check]
  /// The loss of the largest measured number of workers by its causes; Amdahl's law takes all of it
  /// for serial work.
  var loss: (workers: Int, causes: StepLoss)? {
    guard let workers = checks.last?.workers, workers > 1 else { return nil }
    return simulation.loss(workers: workers).map { (workers, $0) }
  }
  /// The largest error of a prediction that can be checked, as a share.
  var largestResidual: Double { checks.map { abs($0.residual.median) }.max() ?? 0 }

  private let simulation: StepSimulation
  private let limit: Int

  private enum CodingKeys: CodingKey { case batchSize, models, predictions, checks }

  /// Fits a model to each round, and predicts.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - batchSize: the samples of a mini-batch.
  ///   - limit: the largest number of workers to predict.
  ///   - phases: of each round and each number of workers that have a processor each.
  ///   - steps: the samples of strong scaling, of all numbers of workers.
  init(
    architecture: Architecture, batchSize: Int, limit: Int, phases: [PhaseSample],
    steps: [ScalingSample]
  ) {
    self.batchSize = batchSize
    self.limit = limit
    let rounds = Dictionary(grouping: phases, by: \.round).sorted { $0.key < $1.key }.map {
      $0.value.sorted { $0.workers < $1.workers }
    }
    let models = rounds.map { StepModel($0) }
    let simulation = StepSimulation(models: models) { workers in
      let plan = WorkPartition(architecture, batchSize: batchSize, workers: workers)
      return .init(
        participants: plan.participants, items: plan.phases.map { $0.map(Double.init) })
    }
    self.models = models
    self.simulation = simulation
    let measured = rounds[0].map(\.workers)
    let powers = (0...10).map { 1 << $0 }.filter { $0 <= limit }
    predictions = Set(powers + measured.filter { $0 <= limit } + [limit]).sorted().map {
      simulation.prediction(workers: $0)
    }
    let times = ScalingTimes(steps)
    checks = measured.enumerated().compactMap { index, workers in
      guard let speedUp = times.speedUp(workers: workers) else { return nil }
      let seconds = steps.filter { $0.workers == workers }.sorted { $0.round < $1.round }
        .map { Double($0.batchSize) / $0.imagesPerSecond }
      let slower = rounds.map { round in
        round[index].phaseSeconds.reduce(0, +) / round[0].phaseSeconds.reduce(0, +) - 1
      }
      return Check(
        workers: workers, speedUp: speedUp,
        residual: simulation.residual(workers: workers, measured: seconds),
        slowerItems: MedianInterval(slower))
    }
  }

  /// The predicted speed-up of every number of workers, or of some hundred that are spread evenly
  /// on a scale of ratios.
  var curve: [(workers: Int, speedUp: Double)] {
    let spread = (0...200).map { Int(pow(Double(limit), Double($0) / 200)) }
    let counts = limit <= 200 ? Array(1...limit) : Set(spread + [limit]).sorted()
    return counts.map { ($0, simulation.prediction(workers: $0).speedUp.median) }
  }
}

extension StepModel {
  /// The model of a round: its samples, from one worker upwards.
  fileprivate init(_ round: [PhaseSample]) {
    let workers = round.map(\.workers)
    let alone = round[0]
    self.init(
      stepSeconds: alone.stepSeconds,
      phases: alone.phaseSeconds.indices.map { phase in
        Phase(
          seconds: alone.phaseSeconds[phase],
          exchange: ExchangeCost(workers: workers, seconds: round.map { $0.phaseSeconds[phase] }))
      },
      handOver: HandOverCost(workers: workers, seconds: round.map(\.handOverSeconds)),
      start: WakingCost(
        workers: Array(workers.dropFirst()),
        seconds: round.dropFirst().map { $0.startSeconds / alone.stepsPerRegion }))
  }
}
