#pragma once

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Lists those of 64 bytes that are not 0, in ascending order.
///
/// - Parameters:
///   - bytes: 64 bytes.
///   - first: the position of the first byte.
///   - positions: takes the position of each; has room for 64.
///   - values: takes each of them; has room for 64.
/// - Returns: how many there are. What is written behind them means nothing.
static inline int32_t processor_list_nonzeros(
    const uint8_t *bytes, uint8_t first, uint8_t *positions, uint8_t *values) {
#if defined(__AVX512VBMI2__) && defined(__AVX512BW__)
  const __m512i all = _mm512_loadu_si512(bytes);
  const __mmask64 mask = _mm512_test_epi8_mask(all, all);
  const __m512i indices = _mm512_set_epi8(
      63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
      40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
      17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  _mm512_storeu_si512(
      positions,
      _mm512_maskz_compress_epi8(mask, _mm512_add_epi8(indices, _mm512_set1_epi8((char)first))));
  _mm512_storeu_si512(values, _mm512_maskz_compress_epi8(mask, all));
  return __builtin_popcountll(mask);
#else
  int32_t found = 0;
  for (int32_t i = 0; i < 64; i += 1) {
    positions[found] = (uint8_t)(first + i);
    values[found] = bytes[i];
    found += bytes[i] != 0;
  }
  return found;
#endif
}

/// 64 bytes, as four lines of 16.
typedef uint8_t processor_lines __attribute__((vector_size(64)));

/// Interleaves the first (or the last) halves of the lines of two vectors, line by line.
#define PROCESSOR_INTERLEAVE(a, b, h)                                                             \
  __builtin_shufflevector(                                                                        \
      a, b, h + 0, h + 64, h + 1, h + 65, h + 2, h + 66, h + 3, h + 67, h + 4, h + 68, h + 5,     \
      h + 69, h + 6, h + 70, h + 7, h + 71, h + 16, h + 80, h + 17, h + 81, h + 18, h + 82,       \
      h + 19, h + 83, h + 20, h + 84, h + 21, h + 85, h + 22, h + 86, h + 23, h + 87, h + 32,     \
      h + 96, h + 33, h + 97, h + 34, h + 98, h + 35, h + 99, h + 36, h + 100, h + 37, h + 101,   \
      h + 38, h + 102, h + 39, h + 103, h + 48, h + 112, h + 49, h + 113, h + 50, h + 114,        \
      h + 51, h + 115, h + 52, h + 116, h + 53, h + 117, h + 54, h + 118, h + 55, h + 119)

/// Transposes 16 columns of up to 64 rows of bytes.
///
/// - Parameters:
///   - rows: the first of the rows' 16 bytes.
///   - stride: the bytes from one row to the next.
///   - count: how many rows there are, 1…64; those that are missing count as 0.
///   - columns: takes 16 columns of 64 bytes each, aligned to 64.
static inline void processor_transpose_bytes(
    const uint8_t *rows, int64_t stride, int64_t count, uint8_t *columns) {
  typedef uint8_t line __attribute__((vector_size(16), aligned(1)));
  static const uint8_t zeros[16] = {0};
  processor_lines block[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 1) {
    line lines[4];
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k += 1) {
      const int row = 16 * k + i;
      lines[k] = *(const line *)(row < count ? rows + row * stride : zeros);
    }
    block[i] = __builtin_shufflevector(
        __builtin_shufflevector(
            lines[0], lines[1], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
            19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31),
        __builtin_shufflevector(
            lines[2], lines[3], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
            19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31),
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
        25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63);
  }
  // Four perfect shuffles carry byte j of row i of each line of 16 rows to byte i of column j.
#pragma clang loop unroll(full)
  for (int stage = 0; stage < 4; stage += 1) {
    processor_lines before[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 1) before[i] = block[i];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 1) {
      block[2 * i] = PROCESSOR_INTERLEAVE(before[i], before[i + 8], 0);
      block[2 * i + 1] = PROCESSOR_INTERLEAVE(before[i], before[i + 8], 8);
    }
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < 16; j += 1) ((processor_lines *)columns)[j] = block[j];
}
