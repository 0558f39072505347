import Networks
import Synchronization
import Testing
import Training

@Suite struct WorkPartitionTests {
  static let architectures = [
    Architecture(inputs: 9, hidden: [], outputs: 3),
    Architecture(inputs: 784, hidden: [128], outputs: 10),
    Architecture(inputs: 100, hidden: [300, 65, 20], outputs: 7),
  ]

  @Test(arguments: architectures, [1, 2, 5, 16, 300])
  func `the plan holds all multiply-adds of a step`(architecture: Architecture, workers: Int) {
    for batchSize in [1, 31, 64, 65, 256] {
      let plan = WorkPartition(architecture, batchSize: batchSize, workers: workers)
      let perSample = plan.phases.map { $0.reduce(0, +) / batchSize }
      #expect(perSample[1] == architecture.weightCount)
      #expect(perSample[0] + perSample[1] == architecture.multiplyAddsPerSample)
      #expect(plan.phases.allSatisfy { $0.reduce(0, +) % batchSize == 0 })
    }
  }

  @Test func `no more workers take part than have work worth its hand-over`() {
    let architecture = Architecture(inputs: 784, hidden: [128], outputs: 10)
    func participants(_ batchSize: Int, _ workers: Int) -> Int {
      WorkPartition(architecture, batchSize: batchSize, workers: workers).participants
    }
    #expect(participants(1, 8) == 1 && participants(2, 8) == 1 && participants(4, 8) == 2)
    #expect(participants(256, 8) == 8 && participants(256, 1) == 1)
  }

  /// A clock is read before and after each item, so it counts what a step is cut into.
  @Test(arguments: architectures, [1, 2, 3, 8])
  func `a step is cut into the items of the plan, and one for its totals`(
    architecture: Architecture, workers: Int
  ) throws {
    for batchSize in [1, 65, 256] {
      let count = 2 * batchSize
      let samples = SampleSet(
        inputs: .floats([Float](repeating: 0.5, count: count * architecture.inputs)),
        inputWidth: architecture.inputs,
        targets: .classes([UInt8](repeating: 1, count: count), count: architecture.outputs),
        count: count)
      let trainer = Trainer(
        architecture, training: samples,
        settings: TrainingSettings(epochs: 1, batchSize: batchSize), workers: workers)
      let readings = Atomic(0)
      trainer.clock = {
        .seconds(readings.wrappingAdd(1, ordering: .relaxed).newValue)
      }
      var phaseTimes: [Duration] = []
      while case .progress(let progress)? = try trainer.next() { phaseTimes = progress.phaseTimes }
      let plan = WorkPartition(architecture, batchSize: batchSize, workers: workers)
      let items = plan.phases.reduce(1) { $0 + $1.count }
      #expect(readings.load(ordering: .relaxed) == 2 * 2 * items)
      #expect(phaseTimes.count == plan.phases.count && phaseTimes.allSatisfy { $0 > .zero })
    }
  }

  @Test func `without a clock there are no times`() throws {
    let samples = SampleSet(
      inputs: .floats([0, 1]), inputWidth: 1, targets: .classes([0, 1], count: 2), count: 2)
    let trainer = Trainer(
      Architecture(inputs: 1, hidden: [], outputs: 2), training: samples,
      settings: TrainingSettings(epochs: 1), workers: 2)
    guard case .progress(let progress)? = try trainer.next() else {
      Issue.record("a training begins with steps")
      return
    }
    #expect(progress.phaseTimes.isEmpty)
  }
}
