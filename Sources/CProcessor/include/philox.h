#pragma once

#include <stdint.h>

// Philox 4×32-10 (Salmon et al. 2011) for sixteen blocks side by side; the module Randomness has it for one.

typedef uint32_t philox_words __attribute__((ext_vector_type(16)));
typedef uint64_t philox_pairs __attribute__((ext_vector_type(8)));

/// The upper and the lower halves of the products of sixteen words and a number.
static inline void philox_multiply(
    const philox_words *words, uint64_t number, philox_words *high, philox_words *low) {
  const uint64_t lower = 0xffffffff;
  philox_pairs pairs = (philox_pairs)*words;
  philox_pairs even = (pairs & lower) * number;
  philox_pairs odd = (pairs >> 32) * number;
  *high = (philox_words)((even >> 32) | (odd & ~lower));
  *low = (philox_words)((even & lower) | (odd << 32));
}

/// The words of sixteen blocks.
///
/// - Parameters:
///   - block: the first word of the first block's counter, which counts up from block to block.
///   - sample: the second word of all counters.
///   - epoch: the third one.
///   - purpose: the fourth one.
///   - seed: the key.
///   - words: receives word w of block i in lane i of vector w.
static inline void philox_blocks(
    uint32_t block, uint32_t sample, uint32_t epoch, uint32_t purpose, uint64_t seed,
    philox_words words[4]) {
  const philox_words lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  words[0] = lanes + block;
  words[1] = sample;
  words[2] = epoch;
  words[3] = purpose;
  uint32_t key0 = (uint32_t)seed;
  uint32_t key1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    philox_words high0, low0, high2, low2;
    philox_multiply(&words[0], 0xd2511f53, &high0, &low0);
    philox_multiply(&words[2], 0xcd9e8d57, &high2, &low2);
    words[0] = high2 ^ words[1] ^ key0;
    words[1] = low2;
    words[2] = high0 ^ words[3] ^ key1;
    words[3] = low0;
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
}

/// Factors of dropout: 0 where a word is less than the threshold, else `kept`.
///
/// - Parameters:
///   - block, sample, epoch, purpose, seed: as of `philox_blocks`.
///   - threshold: the words below it drop.
///   - kept: the factor of what is kept.
///   - factors: receives 64 floats: factor 16 w + i is that of word w of block i.
static inline void philox_dropout_factors(
    uint32_t block, uint32_t sample, uint32_t epoch, uint32_t purpose, uint64_t seed,
    uint32_t threshold, float kept, float *factors) {
  philox_words words[4];
  philox_blocks(block, sample, epoch, purpose, seed, words);
  union { float number; uint32_t bits; } factor = {kept};
  for (int word = 0; word < 4; word++) {
    philox_words bits = (philox_words)(words[word] >= threshold) & factor.bits;
    __builtin_memcpy(factors + 16 * word, &bits, sizeof bits);
  }
}

/// Random bytes.
///
/// - Parameters:
///   - block, sample, epoch, purpose, seed: as of `philox_blocks`.
///   - bytes: receives 256 bytes: those of word w of block i, the lowest first, from 64 w + 4 i on.
static inline void philox_bytes(
    uint32_t block, uint32_t sample, uint32_t epoch, uint32_t purpose, uint64_t seed,
    uint8_t *bytes) {
  philox_words words[4];
  philox_blocks(block, sample, epoch, purpose, seed, words);
  for (int word = 0; word < 4; word++) {
    __builtin_memcpy(bytes + 64 * word, &words[word], sizeof words[word]);
  }
}
