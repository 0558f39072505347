import CProcessor

/// Runs independent chains of fused multiply-adds in registers. Its time gives the processor's
/// peak, which products are compared with.
///
/// - Parameter repetitions: the length of each chain.
/// - Returns: the number of floating-point operations (two per multiply-add and lane), and a value
///   that depends on all of them, so that the compiler removes none.
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

/// The instruction sets that the kernels are compiled for, as bits of `CProcessor`'s. The processor
/// that runs them must have all of them.
public func compiledInstructionSets() -> UInt32 {
  processor_sets_compiled_for()
}
