#pragma once

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Lists those of 64 bytes that are not 0, in ascending order.
///
/// - Parameters:
///   - bytes: 64 bytes.
///   - positions: takes the position of each, 0…63; has room for 64.
///   - values: takes each of them; has room for 64.
/// - Returns: how many there are. What is written behind them means nothing.
static inline int32_t processor_list_nonzeros(
    const uint8_t *bytes, uint8_t *positions, uint8_t *values) {
#if defined(__AVX512VBMI2__) && defined(__AVX512BW__)
  const __m512i all = _mm512_loadu_si512(bytes);
  const __mmask64 mask = _mm512_test_epi8_mask(all, all);
  const __m512i indices = _mm512_set_epi8(
      63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
      40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
      17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  _mm512_storeu_si512(positions, _mm512_maskz_compress_epi8(mask, indices));
  _mm512_storeu_si512(values, _mm512_maskz_compress_epi8(mask, all));
  return __builtin_popcountll(mask);
#else
  int32_t found = 0;
  for (int32_t i = 0; i < 64; i += 1) {
    positions[found] = (uint8_t)i;
    values[found] = bytes[i];
    found += bytes[i] != 0;
  }
  return found;
#endif
}
