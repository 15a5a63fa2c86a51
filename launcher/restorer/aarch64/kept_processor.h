/* Has the processor's part of the code that stays in the process. It is inlined into the functions of kept.c. */
#ifndef CRJVM_KEPT_PROCESSOR_H
#define CRJVM_KEPT_PROCESSOR_H

#include <stdint.h>

#include "plan.h"
#include "syscall.h"

#define KEPT_INLINE static inline __attribute__((always_inline))

/* Calls rt_sigreturn: all registers come from the frame. */
_Noreturn KEPT_INLINE void load_frame(uint64_t frame) {
  __asm__ volatile(
      "mov sp, %0\n\t"
      "mov x8, %1\n\t"
      "svc #0\n\t"
      "brk #0"
      :
      : "r"(frame), "i"(__NR_rt_sigreturn)
      : "memory");
  __builtin_unreachable();
}

/* The thread pointer is already set when the thread starts, and it is the only base. */
KEPT_INLINE void set_other_bases(const struct plan_thread *thread) { (void)thread; }

#endif
