import KernelsTestSupport
import Testing

@Suite struct ElementaryStabilityTests {
  // Recorded once; equal on every processor and for every width of its registers. A constant that
  // changes means that every recorded fingerprint of weights changes with it.
  @Test(arguments: [
    (ElementaryFunction.exponential, UInt64(0x9d6a_638d_b0a8_d435)),
    (.naturalLogarithm, 0xac57_5651_4787_271a),
    (.hyperbolicTangent, 0xd812_7d70_ecf3_0dae),
    (.logistic, 0xd558_b33a_b1f7_b867),
    (.softplus, 0x4c8f_efb6_61cc_54b3),
  ])
  func `each function gives the recorded bits`(function: ElementaryFunction, recorded: UInt64) {
    let x = stride(from: 0, to: 1 << 32, by: 1021).map { Float(bitPattern: UInt32($0)) }
    #expect(hash(function(x)) == recorded, "\(String(hash(function(x)), radix: 16))")
  }

  /// FNV-1a over the bit patterns, with one pattern for every NaN, as its bits are the processor's.
  private func hash(_ values: [Float]) -> UInt64 {
    values.reduce(0xcbf2_9ce4_8422_2325) { hash, value in
      let bits = value.isNaN ? Float.nan.bitPattern : value.bitPattern
      return (hash ^ UInt64(bits)) &* 0x100_0000_01b3
    }
  }
}
