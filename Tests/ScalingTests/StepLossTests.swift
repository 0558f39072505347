import Scaling
import Testing

@Suite struct StepLossTests {
  private let model = StepModel(
    phases: [
      .init(seconds: 60e-6, exchange: ExchangeCost(whole: 0.3)),
      .init(seconds: 50e-6, exchange: ExchangeCost(whole: 0.1)),
    ],
    serialSeconds: 2e-6, handOver: HandOverCost(alone: 0.1e-6, perFurtherWorker: 0.5e-6),
    start: WakingCost(second: 1e-6, perFurtherWorker: 0.2e-6))

  /// The judge is the model's own time.
  @Test(arguments: [1, 2, 3, 8, 64])
  func `the causes make up all that is lost`(workers: Int) {
    let items = [[Double](repeating: 1, count: 5), [3, 2, 2, 2, 1, 1]]
    let loss = model.loss(workers: workers, items: items)
    let lost =
      Double(workers) * model.stepSeconds(workers: workers, items: items)
      - model.stepSeconds(workers: 1, items: items)
    // Some twenty roundings of numbers below 64 · 200 µs.
    #expect(abs(loss.total - lost) <= 20 * 0x1p-53 * 64 * 200e-6)
    for cause in [loss.serial, loss.waking, loss.handOver, loss.exchange, loss.unevenItems] {
      #expect(cause >= -0x1p-60)
    }
  }

  @Test func `each cause counts only its own loss`() {
    let items = [[1.0, 1], [3.0, 1]]
    let loss = model.loss(workers: 2, items: items)
    func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 1e-18 }
    #expect(isNear(loss.serial, 2e-6))
    #expect(isNear(loss.waking, 2e-6))
    // Two phases of 0.6 µs for two workers, less two of 0.1 µs.
    #expect(isNear(loss.handOver, 2.2e-6))
    // The second phase's busiest worker does three quarters of it.
    #expect(isNear(loss.unevenItems, 25e-6))
    #expect(isNear(loss.exchange, 60e-6 * 0.15 + 1.5 * 50e-6 * 0.05))
    let alone = model.loss(workers: 1, items: items)
    #expect(alone.total == 0)
  }
}
