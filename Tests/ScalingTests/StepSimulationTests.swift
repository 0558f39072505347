import Scaling
import Statistics
import Testing

@Suite struct StepSimulationTests {
  private let simulation = StepSimulation(
    models: [4.0, 8, 6].map { work in
      StepModel(
        phases: [work, 2].map { .init(seconds: $0, exchange: ExchangeCost(whole: 0)) },
        serialSeconds: 1,
        handOver: HandOverCost(alone: 0.1, perFurtherWorker: 0.1),
        start: WakingCost(second: 0.2, perFurtherWorker: nil))
    }
  ) { workers in
    .init(
      participants: min(workers, 4), items: [[Double](repeating: 1, count: 2 * workers), [3, 1]])
  }

  @Test func `predictions are medians over the models`() {
    let two = simulation.prediction(workers: 2)
    #expect(two.items == [4, 2])
    let seconds = simulation.models.map {
      $0.stepSeconds(workers: 2, items: [[1, 1, 1, 1], [3, 1]])
    }
    #expect(two.stepSeconds == MedianInterval(seconds))
    // 1 serial, 0.2 waking, 2 × 0.2 hand-overs, half of the work, ¾ of the 2.
    #expect(abs(seconds[0] - (1 + 0.2 + 0.4 + 2 + 1.5)) <= 1e1 * 0x1p-52)
    #expect(simulation.prediction(workers: 1).speedUp.median == 1)
  }

  @Test func `workers that do not take part cost nothing`() {
    let eight = simulation.prediction(workers: 8)
    let seconds = simulation.models.map {
      $0.stepSeconds(workers: 4, items: [[Double](repeating: 1, count: 16), [3, 1]])
    }
    #expect(eight.workers == 8 && eight.stepSeconds == MedianInterval(seconds))
  }

  @Test func `the residual is what the prediction lacks`() throws {
    let measured = [5.0, 9, 6]
    let residual = simulation.residual(workers: 2, measured: measured)
    let predicted = simulation.models.map {
      $0.stepSeconds(workers: 2, items: [[1, 1, 1, 1], [3, 1]])
    }
    #expect(residual == MedianInterval(zip(measured, predicted).map { $0 / $1 - 1 }))
    let none = simulation.residual(workers: 2, measured: predicted)
    #expect(none.median == 0 && none.interval == 0...0)
  }
}
