#pragma once

#include <stdint.h>

#include "processor.h"

// The loops that distort an image, sixteen pixels at a time. Beyond the positions, which are floats, they compute
// with whole numbers.

typedef int32_t warp_integers __attribute__((ext_vector_type(16)));
typedef uint32_t warp_words __attribute__((ext_vector_type(16), aligned(4)));
typedef uint8_t warp_bytes __attribute__((ext_vector_type(16), aligned(1)));

/// The fractional bits of a position.
enum { warp_fraction_bits = 8 };

static inline warp_bytes warp_load(const uint8_t *bytes) { return *(const warp_bytes *)bytes; }

/// Random bytes b as numbers (2b − 255)/256 of the uniform distribution in ±1.
///
/// - Parameters:
///   - bytes: at least `count` rounded up to whole vectors.
///   - count: the numbers of a row.
///   - numbers: receives them, rounded up to whole vectors.
static inline void warp_uniforms(const uint8_t *bytes, int64_t count, float *numbers) {
  for (int64_t i = 0; i < count; i += 16) {
    const warp_integers steps = __builtin_convertvector(warp_load(bytes + i), warp_integers);
    *(processor_floats *)(numbers + i) =
        __builtin_convertvector(2 * steps - 255, processor_floats) * 0x1p-8f;
  }
}

/// Copies a row of pixels and appends zeros up to whole vectors.
///
/// - Parameters:
///   - pixels: at least `count` rounded up to whole vectors.
///   - count: the pixels of a row.
///   - row: receives them, rounded up to whole vectors.
static inline void warp_copy_row(const uint8_t *pixels, int64_t count, uint8_t *row) {
  const warp_bytes lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) *(warp_bytes *)(row + i) = warp_load(pixels + i);
  if (i < count) {
    const warp_bytes isPixel = (warp_bytes)(lanes < (uint8_t)(count - i));
    *(warp_bytes *)(row + i) = warp_load(pixels + i) & isPixel;
  }
}

/// Packs each pixel with its neighbours to the right, below, and below to the right into a word, from the lowest byte
/// up: so one access reads all pixels that surround a position.
///
/// - Parameters:
///   - above: a row of pixels, one more than `count` rounded up to whole vectors.
///   - below: the next row.
///   - count: the words of the row.
///   - cells: receives them, rounded up to whole vectors.
static inline void warp_pack_cells(
    const uint8_t *above, const uint8_t *below, int64_t count, uint32_t *cells) {
  for (int64_t i = 0; i < count; i += 16) {
    *(warp_words *)(cells + i) =
        __builtin_convertvector(warp_load(above + i), warp_words)
        | __builtin_convertvector(warp_load(above + i + 1), warp_words) << 8
        | __builtin_convertvector(warp_load(below + i), warp_words) << 16
        | __builtin_convertvector(warp_load(below + i + 1), warp_words) << 24;
  }
}

/// The positions of a row of pixels in an image, in units of 2^−8 pixels from one pixel above and to the left of the
/// first one, raised by ½ for rounding: that of column c is (x + c · x_step + right[c], y + c · y_step + down[c]).
typedef struct {
  float x;
  float x_step;
  float y;
  float y_step;
  /// Displacements, readable up to whole vectors.
  const float *right;
  const float *down;
} warp_positions;

/// Where the values of pixels lie in an image: the numbers of their cells, and how far a position is from the cell's
/// pixel to the right and down, in units of 2^−8 pixels.
typedef struct {
  int32_t *cells;
  int32_t *right;
  int32_t *down;
} warp_places;

/// Finds the places of a row's positions. What is outside of the image lies on its border.
///
/// - Parameters:
///   - positions: where.
///   - count: the pixels of the row.
///   - height, width: the size of the image in pixels, without its border.
///   - stride: the cells from row to row.
///   - places: receives the places, rounded up to whole vectors.
static inline void warp_find(
    warp_positions positions, int64_t count, int64_t height, int64_t width, int32_t stride,
    warp_places places) {
  const processor_floats lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const processor_floats zero = 0.0f;
  const processor_floats right_end = (float)((width + 1) << warp_fraction_bits);
  const processor_floats bottom_end = (float)((height + 1) << warp_fraction_bits);
  const int32_t fraction = (1 << warp_fraction_bits) - 1;
  for (int64_t i = 0; i < count; i += 16) {
    const processor_floats column = lanes + (float)i;
    processor_floats x = __builtin_elementwise_fma(
        column, (processor_floats)positions.x_step, (processor_floats)positions.x);
    processor_floats y = __builtin_elementwise_fma(
        column, (processor_floats)positions.y_step, (processor_floats)positions.y);
    x += *(const processor_floats *)(positions.right + i);
    y += *(const processor_floats *)(positions.down + i);
    x = __builtin_elementwise_min(__builtin_elementwise_max(x, zero), right_end);
    y = __builtin_elementwise_min(__builtin_elementwise_max(y, zero), bottom_end);
    const warp_integers whole_x = __builtin_convertvector(x, warp_integers);
    const warp_integers whole_y = __builtin_convertvector(y, warp_integers);
    *(warp_integers *)(places.cells + i) =
        (whole_y >> warp_fraction_bits) * stride + (whole_x >> warp_fraction_bits);
    *(warp_integers *)(places.right + i) = whole_x & fraction;
    *(warp_integers *)(places.down + i) = whole_y & fraction;
  }
}

/// Replaces numbers of cells by what is in the cells. A loop of its own: a vector that is read soon after it was written
/// number by number keeps a processor waiting.
static inline void warp_fetch(const uint32_t *cells, int64_t count, int32_t *places) {
  for (int64_t i = 0; i < count; i++) places[i] = (int32_t)cells[places[i]];
}

/// Bilinear interpolation, rounded to the nearest number, a half up.
///
/// - Parameters:
///   - places: cells and distances, rounded up to whole vectors.
///   - count: the pixels of a row.
///   - pixels: receives them, rounded up to whole vectors.
static inline void warp_interpolate(warp_places places, int64_t count, uint8_t *pixels) {
  for (int64_t i = 0; i < count; i += 16) {
    const warp_words cells = *(const warp_words *)(places.cells + i);
    const warp_integers right = *(const warp_integers *)(places.right + i);
    const warp_integers down = *(const warp_integers *)(places.down + i);
    const warp_integers pixel = (warp_integers)(cells & 255);
    const warp_integers beside = (warp_integers)(cells >> 8 & 255);
    const warp_integers below = (warp_integers)(cells >> 16 & 255);
    const warp_integers opposite = (warp_integers)(cells >> 24);
    const warp_integers upper = (pixel << 8) + right * (beside - pixel);
    const warp_integers lower = (below << 8) + right * (opposite - below);
    const warp_integers sum = (upper << 8) + down * (lower - upper) + (1 << 15);
    *(warp_bytes *)(pixels + i) = __builtin_convertvector(sum >> 16, warp_bytes);
  }
}
