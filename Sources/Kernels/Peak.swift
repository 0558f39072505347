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
  let chains = processor_has_wide_registers() ? 24 : 6
  let sums =
    processor_has_wide_registers()
    ? chains_run_in_registers(24, Int64(repetitions))
    : chains_run_in_registers(6, Int64(repetitions))
  return (Double(repetitions * chains * laneCount * 2), sumOfLanes(sums))
}

/// The instruction sets that the kernels are compiled for, as bits of `CProcessor`'s: what the
/// processor that runs them must have.
public func compiledInstructionSets() -> UInt32 {
  processor_sets_compiled_for()
}
