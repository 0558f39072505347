#pragma once

#include <stdbool.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Tells the processor that this thread spins, so that it saves power and yields to its sibling.
static inline void processor_pause(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Prefetches the cache line at an address that will soon be read and written.
static inline void processor_prefetch(const void *address) {
  __builtin_prefetch(address, 1, 3);
}

/// Prefetches the cache line at an address that will soon be read.
static inline void processor_prefetch_to_read(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

typedef float processor_floats __attribute__((ext_vector_type(16)));

/// The square root of each lane, correctly rounded.
static inline processor_floats processor_square_root(processor_floats values) {
  return __builtin_elementwise_sqrt(values);
}

/// Non-temporal store of a whole cache line; `address` is that of a line. Other processors see it after
/// `processor_finish_streams`.
static inline void processor_stream(void *address, processor_floats values) {
  __builtin_nontemporal_store(values, (processor_floats *)address);
}

/// Store fence: non-temporal stores before it are visible to all processors.
static inline void processor_finish_streams(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#else
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/// Prefetches the cache line at an address that will be read after some microseconds into the
/// second-level cache, so that it evicts nothing from the first-level cache.
static inline void processor_prefetch_for_later(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

/// The instruction sets of x86-64 that a compiler uses by itself, one bit each.
enum {
  processor_sse4 = 1 << 0,
  processor_avx = 1 << 1,
  processor_avx2 = 1 << 2,
  processor_fma = 1 << 3,
  processor_bmi = 1 << 4,
  processor_avx512f = 1 << 5,
  processor_avx512_vl_bw_dq_cd = 1 << 6,
  processor_avx512_vnni = 1 << 7,
  processor_avx512_vbmi = 1 << 8,
  processor_avx512_bf16 = 1 << 9,
  processor_gfni = 1 << 10,
  processor_avxvnni = 1 << 11,
};

/// The sets that the module which includes this header is compiled for.
static inline uint32_t processor_sets_compiled_for(void) {
  uint32_t sets = 0;
#if defined(__SSE4_2__)
  sets |= processor_sse4;
#endif
#if defined(__AVX__)
  sets |= processor_avx;
#endif
#if defined(__AVX2__)
  sets |= processor_avx2;
#endif
#if defined(__FMA__)
  sets |= processor_fma;
#endif
#if defined(__BMI2__)
  sets |= processor_bmi;
#endif
#if defined(__AVX512F__)
  sets |= processor_avx512f;
#endif
#if defined(__AVX512VL__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512CD__)
  sets |= processor_avx512_vl_bw_dq_cd;
#endif
#if defined(__AVX512VNNI__)
  sets |= processor_avx512_vnni;
#endif
#if defined(__AVX512VBMI__)
  sets |= processor_avx512_vbmi;
#endif
#if defined(__AVX512BF16__)
  sets |= processor_avx512_bf16;
#endif
#if defined(__GFNI__)
  sets |= processor_gfni;
#endif
#if defined(__AVXVNNI__)
  sets |= processor_avxvnni;
#endif
  return sets;
}

/// Whether a vector of 16 floats is one register here (AVX-512), so that a tile may hold more.
static inline bool processor_has_wide_registers(void) {
#if defined(__AVX512F__)
  return true;
#else
  return false;
#endif
}

/// The system's number of the calling thread.
uint64_t processor_thread(void);

/// The number of the processor that runs the calling thread, or −1 where the system does not tell.
int32_t processor_number(void);

/// Moves the calling thread to a processor of its affinity that is not taken. Its affinity stays as it is, so
/// the system may move it again.
///
/// - Returns: the number of that processor, or −1 where there is none.
int32_t processor_avoid(const int32_t *taken, int64_t count);

/// The sets that the processor which runs this has. Compiled for the lowest processor of all.
uint32_t processor_sets_present(void);

/// Asks the system whether this process may use the matrix unit; `tiles.h` says what for.
bool processor_may_use_tiles(void);

/// Whether this is a processor of Intel's.
bool processor_is_of_intel(void);

/// Whether `processor_sha256` can be called.
bool processor_has_sha256(void);

/// SHA-256 of whole blocks by the processor's own instructions.
///
/// - Parameters:
///   - state: the chaining value, eight words, replaced by the one after the blocks.
///   - bytes: `count` × 64 bytes.
void processor_sha256(uint32_t *state, const uint8_t *bytes, int64_t count);
