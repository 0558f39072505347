#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "processor.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__APPLE__)
#include <pthread.h>
#else
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

uint64_t processor_thread(void) {
#if defined(__APPLE__)
  uint64_t thread = 0;
  pthread_threadid_np(NULL, &thread);
  return thread;
#else
  return (uint64_t)syscall(SYS_gettid);
#endif
}

int32_t processor_number(void) {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

int32_t processor_avoid(const int32_t *taken, int64_t count) {
  int32_t number = -1;
#if defined(__linux__)
  cpu_set_t affinity, others;
  if (sched_getaffinity(0, sizeof affinity, &affinity) != 0) return -1;
  others = affinity;
  for (int64_t i = 0; i < count; i += 1) {
    if (taken[i] >= 0) CPU_CLR(taken[i], &others);
  }
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return -1;
  number = sched_getcpu();
  sched_setaffinity(0, sizeof affinity, &affinity);
#else
  (void)taken, (void)count;
#endif
  return number;
}

bool processor_may_use_tiles(void) {
#if defined(__x86_64__) && defined(__linux__)
  // CPUID leaf 7, EDX: AMX-BF16 and AMX-TILE.
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d >> 22 & 1) || !(d >> 24 & 1)) return false;
  // The system keeps the registers' 8 KB for threads of a process that has asked: ARCH_REQ_XCOMP_PERM for
  // the state XTILEDATA.
  return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#else
  return false;
#endif
}

bool processor_is_of_intel(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  return __get_cpuid(0, &a, &b, &c, &d) && b == signature_INTEL_ebx && d == signature_INTEL_edx
      && c == signature_INTEL_ecx;
#else
  return false;
#endif
}

uint32_t processor_sets_present(void) {
  uint32_t sets = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse4.2")) sets |= processor_sse4;
  if (__builtin_cpu_supports("avx")) sets |= processor_avx;
  if (__builtin_cpu_supports("avx2")) sets |= processor_avx2;
  if (__builtin_cpu_supports("fma")) sets |= processor_fma;
  if (__builtin_cpu_supports("bmi2")) sets |= processor_bmi;
  if (__builtin_cpu_supports("avx512f")) sets |= processor_avx512f;
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd"))
    sets |= processor_avx512_vl_bw_dq_cd;
  if (__builtin_cpu_supports("avx512vnni")) sets |= processor_avx512_vnni;
  if (__builtin_cpu_supports("avx512vbmi")) sets |= processor_avx512_vbmi;
  if (__builtin_cpu_supports("avx512bf16")) sets |= processor_avx512_bf16;
  if (__builtin_cpu_supports("gfni")) sets |= processor_gfni;
  if (__builtin_cpu_supports("avxvnni")) sets |= processor_avxvnni;
#endif
  return sets;
}
