#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "chains.h"

// Products of bfloat16 numbers by the matrix unit (AMX). A tile register holds up to 16 rows of 64 bytes: 16 × 16
// sums, or a factor of 16 pairs in each row. `TDPBF16PS` multiplies a tile of rows × 16 pairs with one of 16 pairs ×
// 16 columns. The emulation in plain C follows the instruction's definition to the bit, on any processor (Intel 64
// and IA-32 Architectures Software Developer's Manual, TDPBF16PS).

/// The rows of a tile, its columns of floats, and the pairs that a step multiplies for each sum.
enum { tiles_side = 16 };

/// Whether the module that includes this header is compiled for the matrix unit.
static inline bool processor_has_tiles(void) {
#if defined(__AMX_TILE__) && defined(__AMX_BF16__)
  return true;
#else
  return false;
#endif
}

#if defined(__AMX_TILE__) && defined(__AMX_BF16__)
#define TILES_UNIT(...) __VA_ARGS__
#else
#define TILES_UNIT(...) __builtin_trap()
#endif

// MARK: - Emulation

/// A tile register of the emulation.
typedef struct {
  processor_pairs rows[tiles_side];
} tiles_register;

CHAINS_INLINE void tiles_emulate_load(
    tiles_register *tile, int rows, const void *start, int64_t stride) {
  for (int row = 0; row < rows; row += 1) {
    memcpy(&tile->rows[row], (const char *)start + row * stride, sizeof tile->rows[row]);
  }
}

CHAINS_INLINE void tiles_emulate_store(
    const tiles_register *tile, int rows, void *start, int64_t stride) {
  for (int row = 0; row < rows; row += 1) {
    memcpy((char *)start + row * stride, &tile->rows[row], sizeof tile->rows[row]);
  }
}

/// Replaces values by a zero of their sign where a magnitude is below a bound.
CHAINS_INLINE processor_floats tiles_flushed(
    processor_floats values, processor_floats magnitudes, float bound) {
  const processor_pairs is_below =
      (processor_pairs)(__builtin_elementwise_abs(magnitudes) < (processor_floats)bound);
  return (processor_floats)((processor_pairs)values & ~(is_below & 0x7fffffffu));
}

/// Subnormal numbers count as 0.
CHAINS_INLINE processor_floats tiles_normal(processor_floats values) {
  return tiles_flushed(values, values, 0x1p-126f);
}

/// A multiply-add of normal numbers that is rounded once, to 0 where it is below the normal numbers when it is
/// rounded to 24 bits.
CHAINS_INLINE processor_floats tiles_add_product(
    processor_floats sums, processor_floats left, processor_floats right) {
  // Near the least normal number, the product of scaled numbers is rounded to 24 bits, the other to fewer.
  const processor_floats scaled =
      __builtin_elementwise_fma(left * 0x1p64f, right, sums * 0x1p64f);
  return tiles_flushed(__builtin_elementwise_fma(left, right, sums), scaled, 0x1p-62f);
}

/// For each sum, the first members of the pairs make one chain from 0 and the second members another. The two are
/// added, and then added to the sum.
static inline __attribute__((noinline)) void tiles_emulate_multiply(
    tiles_register *sums, int rows, const tiles_register *left, const tiles_register *right) {
  for (int row = 0; row < rows; row += 1) {
    processor_floats first = 0.0f, second = 0.0f;
    for (int pair = 0; pair < tiles_side; pair += 1) {
      const processor_pairs factor = left->rows[row][pair];
      const processor_pairs line = right->rows[pair];
      first = tiles_add_product(
          first, tiles_normal((processor_floats)(factor << 16)),
          tiles_normal((processor_floats)(line << 16)));
      second = tiles_add_product(
          second, tiles_normal((processor_floats)(factor & 0xffff0000u)),
          tiles_normal((processor_floats)(line & 0xffff0000u)));
    }
    const processor_floats sum = tiles_normal((processor_floats)sums->rows[row]);
    sums->rows[row] = (processor_pairs)tiles_normal(sum + tiles_normal(first + second));
  }
}

// MARK: - Products

/// Configures this thread's tile registers for products of up to 32 rows; see `tiles_run`.
static inline void tiles_begin(int32_t rows) {
#if defined(__AMX_TILE__) && defined(__AMX_BF16__)
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } configuration = {.palette = 1};
  const int upper = rows < tiles_side ? rows : tiles_side;
  const int lower = rows - upper;
  const int heights[8] = {
      upper, upper, lower, lower, upper, lower, tiles_side, tiles_side,
  };
  for (int tile = 0; tile < 8; tile += 1) {
    configuration.rows[tile] = (uint8_t)heights[tile];
    configuration.row_bytes[tile] = heights[tile] > 0 ? 64 : 0;
  }
  _tile_loadconfig(&configuration);
#else
  (void)rows;
#endif
}

/// Gives the tile registers back, so that the system need not save them.
static inline void tiles_end(void) {
#if defined(__AMX_TILE__) && defined(__AMX_BF16__)
  _tile_release();
#endif
}

/// The factors of a product of pairs: pair (row, step) of the left one lies at `left + row × left_row + step`,
/// pair (step, column) of the right one at `right + step × right_step + column`.
typedef struct {
  const uint32_t *left;
  int64_t left_row;
  const uint32_t *right;
  int64_t right_step;
  /// The number of steps of 16 pairs.
  int64_t steps;
  /// The first step's part of a column of lines of the right factor that a later block reads, or null.
  const uint32_t *ahead;
} tiles_factors;

/// Multiplies a block of one or two tiles of rows × one or two tiles of columns over all steps, in ascending order.
///
/// - Parameters:
///   - emulated: whether plain C takes the place of the matrix unit, a constant.
///   - row_tiles: the number of tiles of rows, a constant.
///   - column_tiles: that of columns, a constant.
///   - rows: the number of rows, as `tiles_begin` was told.
CHAINS_INLINE void tiles_run(
    bool emulated, int row_tiles, int column_tiles, int rows, tiles_factors factors,
    chains_ends ends) {
  tiles_register tiles[8];
  const int upper = rows < tiles_side ? rows : tiles_side;
  const int lower = rows - upper;

#define TILES_LOAD(tile, height, start, stride)                              \
  do {                                                                       \
    if (emulated) {                                                          \
      tiles_emulate_load(&tiles[tile], height, start, (stride) * 4);         \
    } else {                                                                 \
      TILES_UNIT(_tile_loadd(tile, start, (stride) * 4));                    \
    }                                                                        \
  } while (0)
#define TILES_MULTIPLY(sums, height, left, right)                            \
  do {                                                                       \
    if (emulated) {                                                          \
      tiles_emulate_multiply(&tiles[sums], height, &tiles[left], &tiles[right]); \
    } else {                                                                 \
      TILES_UNIT(_tile_dpbf16ps(sums, left, right));                         \
    }                                                                        \
  } while (0)
#define TILES_BEGIN(tile, height, row, column)                               \
  do {                                                                       \
    if (ends.start) {                                                        \
      TILES_LOAD(tile, height, ends.start + (row) * ends.start_stride + (column), ends.start_stride); \
    } else if (emulated) {                                                   \
      tiles[tile] = (tiles_register){0};                                     \
    } else {                                                                 \
      TILES_UNIT(_tile_zero(tile));                                          \
    }                                                                        \
  } while (0)
#define TILES_FINISH(tile, height, row, column)                              \
  do {                                                                       \
    float *place = ends.result + (row) * ends.result_stride + (column);      \
    if (emulated) {                                                          \
      tiles_emulate_store(&tiles[tile], height, place, ends.result_stride * 4); \
    } else {                                                                 \
      TILES_UNIT(_tile_stored(tile, place, ends.result_stride * 4));         \
    }                                                                        \
  } while (0)

  TILES_BEGIN(0, upper, 0, 0);
  if (column_tiles == 2) TILES_BEGIN(1, upper, 0, tiles_side);
  if (row_tiles == 2) TILES_BEGIN(2, lower, tiles_side, 0);
  if (row_tiles == 2 && column_tiles == 2) TILES_BEGIN(3, lower, tiles_side, tiles_side);
  _Pragma("clang loop unroll(disable)")
  for (int64_t step = 0; step < factors.steps; step += 1) {
    TILES_LOAD(4, upper, factors.left, factors.left_row);
    TILES_LOAD(6, tiles_side, factors.right, factors.right_step);
    TILES_MULTIPLY(0, upper, 4, 6);
    if (column_tiles == 2) {
      TILES_LOAD(7, tiles_side, factors.right + tiles_side, factors.right_step);
      TILES_MULTIPLY(1, upper, 4, 7);
    }
    if (row_tiles == 2) {
      TILES_LOAD(5, lower, factors.left + tiles_side * factors.left_row, factors.left_row);
      TILES_MULTIPLY(2, lower, 5, 6);
      if (column_tiles == 2) TILES_MULTIPLY(3, lower, 5, 7);
    }
    if (factors.ahead) {
      for (int pair = 0; pair < tiles_side; pair += 1) {
        processor_prefetch_for_later(factors.ahead + pair * factors.right_step);
      }
      factors.ahead += tiles_side * factors.right_step;
    }
    factors.left += tiles_side;
    factors.right += tiles_side * factors.right_step;
  }
  TILES_FINISH(0, upper, 0, 0);
  if (column_tiles == 2) TILES_FINISH(1, upper, 0, tiles_side);
  if (row_tiles == 2) TILES_FINISH(2, lower, tiles_side, 0);
  if (row_tiles == 2 && column_tiles == 2) TILES_FINISH(3, lower, tiles_side, tiles_side);

#undef TILES_LOAD
#undef TILES_MULTIPLY
#undef TILES_BEGIN
#undef TILES_FINISH
}

#undef TILES_UNIT
