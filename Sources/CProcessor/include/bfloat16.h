#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "processor.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// bfloat16 is the upper half of a float. Two of them make a pair in 32 bits, the first one in the
// lower half; sixteen pairs make a vector.

/// Whether the module that includes this header is compiled for bfloat16's instructions.
static inline bool processor_has_bfloat16(void) {
#if defined(__AVX512BF16__)
  return true;
#else
  return false;
#endif
}

typedef uint32_t processor_pairs __attribute__((ext_vector_type(16)));

/// Continues the chains of sixteen sums by a pair of products each: first the upper, then the lower one.
/// Each is a multiply-add that is rounded to nearest; subnormal numbers count as 0
/// (Intel 64 and IA-32 Architectures Software Developer's Manual, VDPBF16PS).
static inline processor_floats processor_add_pair_products(
    processor_floats sums, processor_pairs left, processor_pairs right) {
#if defined(__AVX512BF16__)
  return (processor_floats)_mm512_dpbf16_ps((__m512)sums, (__m512bh)left, (__m512bh)right);
#else
  __builtin_trap();
#endif
}

/// Rounds two vectors to the nearest bfloat16, ties to even, and pairs their lanes.
static inline processor_pairs processor_paired_lanes(
    processor_floats lower, processor_floats upper) {
#if defined(__AVX512BF16__)
  const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)lower));
  const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)upper));
  return (processor_pairs)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
#else
  __builtin_trap();
#endif
}

/// Rounds 32 numbers to the nearest bfloat16, ties to even, and pairs each with its neighbour.
static inline processor_pairs processor_paired_neighbours(
    processor_floats first, processor_floats second) {
#if defined(__AVX512BF16__)
  return (processor_pairs)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
#else
  __builtin_trap();
#endif
}
