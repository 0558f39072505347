import Testing

@Suite struct ElementaryStabilityTests {
  // Recorded once; equal on every processor and for every width of its registers. A constant that
  // changes means that every recorded fingerprint of weights changes with it.
  @Test(arguments: [
    (ElementaryFunction.exponential, UInt64(0)),
    (.naturalLogarithm, 0),
    (.hyperbolicTangent, 0),
    (.logistic, 0),
    (.softplus, 0),
  ])
  func givesTheRecordedBits(function: ElementaryFunction, recorded: UInt64) {
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
