/* Says what has to be true of the registers in an accepted plan. */
#ifndef CRJVM_PLAN_REGISTERS_H
#define CRJVM_PLAN_REGISTERS_H

#include <stdbool.h>

#include "plan.h"

/* Returns true if the kernel loads the thread's state: EL0, 64-bit, nothing masked. */
static inline bool demands_state(const struct plan_header *header, const struct plan_thread *thread) {
  uint64_t state = thread->registers.pstate;
  return header->processor.pac <= 3 && !(state & 0x1f) && !(state & 0x3c0) && state <= UINT32_MAX;
}

#endif
