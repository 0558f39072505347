import Kernels
import Networks
import Testing
import Training

@Suite struct LayerProfilerTests {
  private let architecture = Architecture(inputs: 6, hidden: [5, 4], outputs: 3)

  private func samples(_ count: Int, isSparse: Bool) -> SampleSet {
    let bytes = (0..<count * 6).map { isSparse && $0 % 3 > 0 ? 0 : UInt8($0 % 255 + 1) }
    return SampleSet(
      inputs: .bytes(bytes, scale: 1 / 255), inputWidth: 6,
      targets: .classes((0..<count).map { UInt8($0 % 3) }, count: 3), count: count)
  }

  @Test func `the passes are those of a step in their order`() {
    let step = LayerProfiler(
      architecture, samples: samples(8, isSparse: true), batchSize: 8, precision: .float,
      optimizer: .sgd(momentum: 0.9))
    #expect(
      step.passes == [
        .samples, .forward(layer: 0), .forward(layer: 1), .forward(layer: 2), .loss,
        .backward(layer: 2), .backward(layer: 1), .update(layer: 2), .update(layer: 1),
        .update(layer: 0),
      ])
    step.passes.forEach(step.run)
  }

  @Test(arguments: [true, false])
  func `together they have the multiply-adds of a step, but for zeros`(isSparse: Bool) {
    let samples = samples(150, isSparse: isSparse)
    #expect(samples.skipsZeros == isSparse)
    let step = LayerProfiler(
      architecture, samples: samples, batchSize: 100, precision: .float, optimizer: .plainSGD)
    let found = step.passes.map(step.multiplyAdds).reduce(0, +)
    // Of six inputs two are not 0; they stand in the first layer's product and in its gradient.
    let skipped = isSparse ? 2 * 100 * 4 * 5 : 0
    #expect(found == 100 * architecture.multiplyAddsPerSample - skipped)
  }
}
