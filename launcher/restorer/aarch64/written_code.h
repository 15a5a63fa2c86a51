/* Has the processor execute code that was written as data. */
#ifndef CRJVM_WRITTEN_CODE_H
#define CRJVM_WRITTEN_CODE_H

#include <stdint.h>

enum { SEES_WRITTEN_CODE = 0 };

/* Is called after code was written there, and before it is executed. Instructions are fetched through a cache of their own, so the data are
 * cleaned to where both caches meet, and old instructions are forgotten. Processors that need neither say so. Threads that are
 * started later fetch the new ones. */
static inline void publish_code(uint64_t start, uint64_t length) {
  uint64_t type, end = start + length;
  __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
  uint64_t data_line = 4ul << (type >> 16 & 15), code_line = 4ul << (type & 15);
  if (!(type >> 28 & 1))
    for (uint64_t at = start & ~(data_line - 1); at < end; at += data_line)
      __asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
  __asm__ volatile("dsb ish" : : : "memory");
  if (!(type >> 29 & 1)) {
    for (uint64_t at = start & ~(code_line - 1); at < end; at += code_line)
      __asm__ volatile("ic ivau, %0" : : "r"(at) : "memory");
    __asm__ volatile("dsb ish" : : : "memory");
  }
  __asm__ volatile("isb" : : : "memory");
}

#endif
