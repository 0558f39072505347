#pragma once

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Lists the bytes of a row that are not 0, in ascending order.
///
/// - Parameters:
///   - bytes: the row.
///   - count: its bytes, a multiple of 16.
///   - scale: what a byte is multiplied with.
///   - positions: takes the position of each, and has room for 16 more than there are.
///   - values: takes the byte × scale of each, rounded once; as much room.
/// - Returns: how many there are.
static inline int64_t processor_list_nonzeros(
    const uint8_t *bytes, int64_t count, float scale, int32_t *positions, float *values) {
  int64_t found = 0;
#if defined(__AVX512F__)
  // Sixteen at a time and without a branch: compress to the front, store all, go on by the number.
  const __m512 factor = _mm512_set1_ps(scale);
  __m512i position = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (int64_t i = 0; i < count; i += 16) {
    const __m512i wide = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(bytes + i)));
    const __mmask16 mask = _mm512_test_epi32_mask(wide, wide);
    const __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(wide), factor);
    _mm512_storeu_si512(positions + found, _mm512_maskz_compress_epi32(mask, position));
    _mm512_storeu_ps(values + found, _mm512_maskz_compress_ps(mask, value));
    position = _mm512_add_epi32(position, _mm512_set1_epi32(16));
    found += __builtin_popcount(mask);
  }
#else
  for (int64_t i = 0; i < count; i += 1) {
    positions[found] = (int32_t)i;
    values[found] = (float)bytes[i] * scale;
    found += bytes[i] != 0;
  }
#endif
  return found;
}
