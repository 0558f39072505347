#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bfloat16.h"
#include "processor.h"

// The innermost loops of all products and gradients. A tile is a block of outputs, rows × vectors of
// sixteen lanes, whose sums stay in registers while their fused multiply-add chains run. Every function is
// inlined and called with a constant shape, and every loop over the shape is unrolled on demand, so that
// each sum is a value of its own: whether it lives in a register is no decision of the optimizer's.
// `tools/check-kernels` reads the machine code of these loops for many processors.

#define CHAINS_INLINE static inline __attribute__((always_inline))
#define CHAINS_UNROLL _Pragma("clang loop unroll(full)")

/// The maximum number of vectors in a tile.
enum { chains_tile_vectors = 16 };

/// Sixteen floats at any alignment.
typedef processor_floats chains_unaligned_floats __attribute__((aligned(4)));

CHAINS_INLINE processor_floats chains_load(const void *address) {
  return *(const chains_unaligned_floats *)address;
}

CHAINS_INLINE processor_floats chains_repeat(const float *element) {
  return (processor_floats)*element;
}

/// The start values of a tile's chains and the destination of their sums.
typedef struct {
  /// The start values of the first row, or null for zeros.
  const float *start;
  /// The stride between the start values of two rows, in floats.
  int64_t start_stride;
  /// A contiguous tile of rows × vectors that is added to the finished sums, or null.
  const float *addend;
  /// Receives the first row of sums.
  float *result;
  /// The stride between two rows of sums, in floats.
  int64_t result_stride;
} chains_ends;

CHAINS_INLINE void chains_begin(
    int rows, int vectors, processor_floats *sums, chains_ends ends) {
  if (ends.start) {
    CHAINS_UNROLL
    for (int row = 0; row < rows; row += 1) {
      CHAINS_UNROLL
      for (int vector = 0; vector < vectors; vector += 1) {
        sums[row * vectors + vector] =
            chains_load(ends.start + row * ends.start_stride + vector * 16);
      }
    }
  } else {
    CHAINS_UNROLL
    for (int i = 0; i < rows * vectors; i += 1) sums[i] = (processor_floats)0.0f;
  }
}

CHAINS_INLINE void chains_finish(
    int rows, int vectors, processor_floats *sums, chains_ends ends) {
  if (ends.addend) {
    CHAINS_UNROLL
    for (int i = 0; i < rows * vectors; i += 1) sums[i] = chains_load(ends.addend + i * 16) + sums[i];
  }
  CHAINS_UNROLL
  for (int row = 0; row < rows; row += 1) {
    CHAINS_UNROLL
    for (int vector = 0; vector < vectors; vector += 1) {
      *(chains_unaligned_floats *)(ends.result + row * ends.result_stride + vector * 16) =
          sums[row * vectors + vector];
    }
  }
}

/// One more step of sixteen chains: a product of floats, or of pairs of bfloat16 numbers.
CHAINS_INLINE processor_floats chains_add_product(
    bool pairs, processor_floats sums, processor_floats left, processor_floats right) {
  return pairs
      ? processor_add_pair_products(sums, (processor_pairs)left, (processor_pairs)right)
      : __builtin_elementwise_fma(left, right, sums);
}

/// The factors of a dense product, of elements of 32 bits: element (row, step) of the left one lies at
/// `left + row × left_row + step × left_step`, element (step, column) of the right one at
/// `right + step × right_step + column`.
typedef struct {
  const float *left;
  int64_t left_row;
  int64_t left_step;
  const float *right;
  int64_t right_step;
  int64_t steps;
  /// Memory that a later tile reads, prefetched one address in 2^`ahead_shift` steps.
  const void *ahead;
  /// The distance between two such addresses, in bytes.
  int64_t ahead_step;
  int64_t ahead_shift;
} chains_dense;

/// Runs the chains of a tile over the steps of a dense product, in ascending order:
/// sum[row][lane] ← left[row, step] × right[step, lane] + sum[row][lane], rounded once per step.
///
/// - Parameters:
///   - rows: the number of rows of the tile, a constant.
///   - vectors: those of a row, a constant.
///   - pairs: whether an element is a pair of bfloat16 numbers instead of a float, a constant.
CHAINS_INLINE void chains_run_dense(
    int rows, int vectors, bool pairs, chains_dense factors, chains_ends ends) {
  processor_floats sums[chains_tile_vectors];
  chains_begin(rows, vectors, sums, ends);
  for (int64_t step = 0; step < factors.steps; step += 1) {
    processor_floats line[chains_tile_vectors];
    CHAINS_UNROLL
    for (int vector = 0; vector < vectors; vector += 1) {
      line[vector] = chains_load(factors.right + vector * 16);
    }
    CHAINS_UNROLL
    for (int row = 0; row < rows; row += 1) {
      const processor_floats factor = chains_repeat(factors.left + row * factors.left_row);
      CHAINS_UNROLL
      for (int vector = 0; vector < vectors; vector += 1) {
        const int i = row * vectors + vector;
        sums[i] = chains_add_product(pairs, sums[i], factor, line[vector]);
      }
    }
    processor_prefetch_for_later(
        (const char *)factors.ahead + (step >> factors.ahead_shift) * factors.ahead_step);
    factors.left += factors.left_step;
    factors.right += factors.right_step;
  }
  chains_finish(rows, vectors, sums, ends);
}

/// The number of blocks of 64 lines in a span: the range of positions that one byte can hold.
enum { chains_block_lines = 64, chains_span_blocks = 4 };

/// The factors of a product that skips zeros. The left one is a list of entries, without gaps from the
/// first block to the last one: a position within its span of blocks, and a byte for each row.
typedef struct {
  const uint8_t *positions;
  /// The first row's bytes.
  const uint8_t *bytes;
  /// The distance from the first row's bytes to those of the second row.
  int64_t member_stride;
  /// The input that each byte value stands for.
  const float *values;
  /// The number of the first block's first entry.
  int32_t begin;
  /// The number behind each block's last entry.
  const int32_t *block_ends;
  int64_t blocks;
  /// The line of the right factor at the first span's position 0.
  const float *right;
  /// The stride between two lines, in floats.
  int64_t right_step;
} chains_sparse;

/// Runs the chains of a tile over the entries of a list, in ascending order:
/// sum[row][lane] ← value[row, entry] × right[position of entry, lane] + sum[row][lane].
///
/// - Parameters:
///   - rows: one or two, a constant.
///   - vectors: those of a row, a constant.
CHAINS_INLINE void chains_run_sparse(
    int rows, int vectors, chains_sparse factors, chains_ends ends) {
  processor_floats sums[chains_tile_vectors];
  chains_begin(rows, vectors, sums, ends);
  int64_t entry = factors.begin;
  for (int64_t block = 0; block < factors.blocks; block += chains_span_blocks) {
    const int64_t left = factors.blocks - block;
    const int64_t blocks = left < chains_span_blocks ? left : chains_span_blocks;
    const int64_t end = factors.block_ends[block + blocks - 1];
    for (; entry < end; entry += 1) {
      const float *line = factors.right + factors.positions[entry] * factors.right_step;
      processor_floats factor[2];
      CHAINS_UNROLL
      for (int row = 0; row < rows; row += 1) {
        factor[row] =
            chains_repeat(factors.values + factors.bytes[entry + row * factors.member_stride]);
      }
      CHAINS_UNROLL
      for (int vector = 0; vector < vectors; vector += 1) {
        const processor_floats column = chains_load(line + vector * 16);
        CHAINS_UNROLL
        for (int row = 0; row < rows; row += 1) {
          const int i = row * vectors + vector;
          sums[i] = chains_add_product(false, sums[i], factor[row], column);
        }
      }
    }
    factors.right += chains_span_blocks * chains_block_lines * factors.right_step;
  }
  chains_finish(rows, vectors, sums, ends);
}

/// Runs independent chains of multiply-adds that read no memory, to measure the processor's peak.
///
/// - Parameter chains: the number of chains, a constant.
/// - Returns: the sum of all of them.
CHAINS_INLINE processor_floats chains_run_in_registers(int chains, int64_t repetitions) {
  processor_floats sums[32];
  // Each from a number of its own: chains that are alike would be one to the compiler.
  CHAINS_UNROLL
  for (int i = 0; i < chains; i += 1) sums[i] = (processor_floats)(1.0f + i);
  for (int64_t step = 0; step < repetitions; step += 1) {
    CHAINS_UNROLL
    for (int i = 0; i < chains; i += 1) {
      sums[i] = __builtin_elementwise_fma(
          sums[i], (processor_floats)0.999999f, (processor_floats)1e-6f);
    }
  }
  processor_floats total = 0.0f;
  CHAINS_UNROLL
  for (int i = 0; i < chains; i += 1) total += sums[i];
  return total;
}
