import Networks
import Randomness
import Testing
import Training

/// The purposes of random numbers in a training, which their modules name one by one.
@Suite struct PurposeTests {
  @Test func `purposes keep their numbers`() {
    #expect(Purpose.shuffle.rawValue == 0)
    #expect(Purpose.initialWeights.rawValue == 1)
    #expect(Purpose.validationSplit.rawValue == 2)
    #expect(Purpose.demonstration.rawValue == 3)
    #expect(Purpose.dropout.rawValue == 4)
    #expect(Purpose.distortion.rawValue == 5)
  }

  @Test func `no two purposes share a number`() {
    let purposes: [Purpose] = [
      .shuffle, .initialWeights, .validationSplit, .demonstration, .dropout,
      .distortion,
    ]
    #expect(Set(purposes).count == purposes.count)
  }
}
