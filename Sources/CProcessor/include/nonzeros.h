#pragma once

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// The number of bytes that one instruction lists, and that are transposed together.
enum {
#if defined(__AVX512BW__)
  processor_bytes_at_once = 64
#else
  processor_bytes_at_once = 32
#endif
};

/// A bit mask of the non-zero bytes among 64.
static inline uint64_t processor_nonzero_places(const uint8_t *bytes) {
#if defined(__AVX512BW__)
  const __m512i all = _mm512_loadu_si512(bytes);
  return _mm512_test_epi8_mask(all, all);
#elif defined(__AVX2__)
  const __m256i zero = _mm256_setzero_si256();
  const __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
  const __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  const uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, zero));
  const uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, zero));
  return ~((uint64_t)second << 32 | first);
#else
  uint64_t places = 0;
  for (int32_t i = 0; i < 64; i += 1) places |= (uint64_t)(bytes[i] != 0) << i;
  return places;
#endif
}

/// Lists the places, of up to 64, at which one of two rows of bytes is not 0, in ascending order.
///
/// - Parameters:
///   - first: bytes of the one row, to be followed by zeros up to a multiple of
///     `processor_bytes_at_once`.
///   - second: bytes of the other row; may be the same.
///   - count: the number of bytes, 1…64.
///   - position: the position of the first byte.
///   - members: for each set of eight places, given by a bit each, those in it in ascending order, as
///     bytes from the lowest up.
///   - positions: receives the listed positions; has room for 64.
///   - first_values: receives the first row's bytes at these positions; has room for 64.
///   - second_values: receives the second row's bytes; has room for 64.
/// - Returns: the number of listed positions. The memory behind them is undefined.
static inline int32_t processor_list_nonzeros(
    const uint8_t *first, const uint8_t *second, int64_t count, uint8_t position,
    const uint64_t *members, uint8_t *positions, uint8_t *first_values, uint8_t *second_values) {
#if defined(__AVX512VBMI2__) && defined(__AVX512BW__)
  const __m512i a = _mm512_loadu_si512(first);
  const __m512i b = _mm512_loadu_si512(second);
  const __m512i both = _mm512_or_si512(a, b);
  const __mmask64 mask = _mm512_test_epi8_mask(both, both);
  const __m512i indices = _mm512_set_epi8(
      63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
      40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
      17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  _mm512_storeu_si512(
      positions,
      _mm512_maskz_compress_epi8(
          mask, _mm512_add_epi8(indices, _mm512_set1_epi8((char)position))));
  _mm512_storeu_si512(first_values, _mm512_maskz_compress_epi8(mask, a));
  _mm512_storeu_si512(second_values, _mm512_maskz_compress_epi8(mask, b));
  return __builtin_popcountll(mask);
#elif defined(__AVX2__)
  int32_t found = 0;
#pragma clang loop unroll(full)
  for (int64_t i = 0; i < 64; i += 32) {
    if (i >= count) break;
    const __m256i both = _mm256_or_si256(
        _mm256_loadu_si256((const __m256i *)(first + i)),
        _mm256_loadu_si256((const __m256i *)(second + i)));
    const uint32_t mask = ~(uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(both, _mm256_setzero_si256()));
    if (mask == 0) continue;
    __m128i offset = _mm_set1_epi8((char)(position + i));
#pragma clang loop unroll(full)
    for (int32_t k = 0; k < 32; k += 8) {
      const uint32_t set = mask >> k & 255;
      const __m128i places = _mm_loadl_epi64((const __m128i *)(members + set));
      const __m128i a = _mm_loadl_epi64((const __m128i *)(first + i + k));
      const __m128i b = _mm_loadl_epi64((const __m128i *)(second + i + k));
      _mm_storel_epi64((__m128i *)(positions + found), _mm_add_epi8(places, offset));
      _mm_storel_epi64((__m128i *)(first_values + found), _mm_shuffle_epi8(a, places));
      _mm_storel_epi64((__m128i *)(second_values + found), _mm_shuffle_epi8(b, places));
      found += __builtin_popcount(set);
      offset = _mm_add_epi8(offset, _mm_set1_epi8(8));
    }
  }
  return found;
#else
  int32_t found = 0;
  for (int64_t i = 0; i < count; i += 1) {
    positions[found] = (uint8_t)(position + i);
    first_values[found] = first[i];
    second_values[found] = second[i];
    found += (first[i] | second[i]) != 0;
  }
  return found;
#endif
}

// As many lines of 16 bytes as a register holds, and how two vectors of them are interleaved: the first
// (or the last) halves of their lines, line by line.
#if defined(__AVX512BW__)
typedef uint8_t processor_lines __attribute__((vector_size(processor_bytes_at_once)));
#define PROCESSOR_INTERLEAVE(a, b, h)                                                             \
  __builtin_shufflevector(                                                                        \
      a, b, h + 0, h + 64, h + 1, h + 65, h + 2, h + 66, h + 3, h + 67, h + 4, h + 68, h + 5,     \
      h + 69, h + 6, h + 70, h + 7, h + 71, h + 16, h + 80, h + 17, h + 81, h + 18, h + 82,       \
      h + 19, h + 83, h + 20, h + 84, h + 21, h + 85, h + 22, h + 86, h + 23, h + 87, h + 32,     \
      h + 96, h + 33, h + 97, h + 34, h + 98, h + 35, h + 99, h + 36, h + 100, h + 37, h + 101,   \
      h + 38, h + 102, h + 39, h + 103, h + 48, h + 112, h + 49, h + 113, h + 50, h + 114,        \
      h + 51, h + 115, h + 52, h + 116, h + 53, h + 117, h + 54, h + 118, h + 55, h + 119)
#else
typedef uint8_t processor_lines __attribute__((vector_size(processor_bytes_at_once)));
#define PROCESSOR_INTERLEAVE(a, b, h)                                                             \
  __builtin_shufflevector(                                                                        \
      a, b, h + 0, h + 32, h + 1, h + 33, h + 2, h + 34, h + 3, h + 35, h + 4, h + 36, h + 5,     \
      h + 37, h + 6, h + 38, h + 7, h + 39, h + 16, h + 48, h + 17, h + 49, h + 18, h + 50,       \
      h + 19, h + 51, h + 20, h + 52, h + 21, h + 53, h + 22, h + 54, h + 23, h + 55)
#endif

/// Transposes 16 columns of up to 64 rows of bytes.
///
/// - Parameters:
///   - rows: the first of the rows' 16 bytes.
///   - stride: the distance between two rows, in bytes.
///   - count: the number of rows, 1…64.
///   - columns: takes 16 columns, 64 bytes apart and aligned to 64, each followed by zeros up to a multiple
///     of `processor_bytes_at_once`.
static inline void processor_transpose_bytes(
    const uint8_t *rows, int64_t stride, int64_t count, uint8_t *columns) {
  static const uint8_t zeros[16] = {0};
#pragma clang loop unroll(disable)
  for (int first = 0; first < count; first += sizeof(processor_lines)) {
    processor_lines block[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 1) {
#pragma clang loop unroll(full)
      for (int line = 0; line < (int)sizeof(processor_lines); line += 16) {
        const int row = first + line + i;
        __builtin_memcpy(
            (uint8_t *)&block[i] + line, row < count ? rows + row * stride : zeros, 16);
      }
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
    for (int j = 0; j < 16; j += 1) *(processor_lines *)(columns + 64 * j + first) = block[j];
  }
}
