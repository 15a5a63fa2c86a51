/* Has the processor's part of the code that stays in the process. It is inlined into the functions of kept.c. */
#ifndef CRJVM_KEPT_PROCESSOR_H
#define CRJVM_KEPT_PROCESSOR_H

#include <asm/prctl.h>
#include <stdint.h>

#include "plan.h"
#include "syscall.h"

#define KEPT_INLINE static inline __attribute__((always_inline))

/* Calls rt_sigreturn: all registers come from the frame. */
_Noreturn KEPT_INLINE void load_frame(uint64_t frame) {
  __asm__ volatile(
      "mov %0, %%rsp\n\t"
      "mov %1, %%eax\n\t"
      "syscall\n\t"
      "hlt"
      :
      : "r"(frame), "i"(__NR_rt_sigreturn)
      : "memory");
  __builtin_unreachable();
}

/* The thread pointer is already set when the thread starts. */
KEPT_INLINE void set_other_bases(const struct plan_thread *thread) {
  if (thread->bases.gs_base) sys(arch_prctl, ARCH_SET_GS, thread->bases.gs_base);
}

#endif
