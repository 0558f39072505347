import CProcessor

/// Runs independent chains of fused multiply-adds in registers, as fast as this processor can:
/// time it to learn the peak that products are measured against.
///
/// - Parameter repetitions: how often all chains advance by one.
/// - Returns: the number of floating-point operations done (two a multiply-add and lane), and a
///   value that depends on all of them, so that none is left out.
@inline(never)
public func runMultiplyAddChains(repetitions: Int) -> (operations: Double, check: Float) {
  // As many chains as registers can hold besides the two operands.
  processor_has_wide_registers()
    ? runChains(InlineArray<24, Vector>(repeating: Vector(repeating: 1)), repetitions)
    : runChains(InlineArray<6, Vector>(repeating: Vector(repeating: 1)), repetitions)
}

@inline(__always)
private func runChains<let chains: Int>(
  _ start: InlineArray<chains, Vector>, _ repetitions: Int
) -> (operations: Double, check: Float) {
  var sums = start
  let factor = Vector(repeating: 0.999_999)
  let addend = Vector(repeating: 1e-6)
  for _ in 0..<repetitions {
    for chain in 0..<chains { sums[chain] = addend.addingProduct(sums[chain], factor) }
  }
  var total = Vector(repeating: 0)
  for chain in 0..<chains { total += sums[chain] }
  return (Double(repetitions * chains * laneCount * 2), sumOfLanes(total))
}

/// The instruction sets that the kernels are compiled for, as bits of `CProcessor`'s: what the
/// processor that runs them must have.
public func compiledInstructionSets() -> UInt32 {
  processor_sets_compiled_for()
}
