/* Says what has to be true of the registers in an accepted plan. */
#ifndef CRJVM_PLAN_REGISTERS_H
#define CRJVM_PLAN_REGISTERS_H

#include <stdbool.h>

#include "plan.h"

/* Returns true if the plan demands from the machine each component of the processor's state that the thread uses. */
static inline bool demands_state(const struct plan_header *header, const struct plan_thread *thread) {
  return !(thread->registers.xstate_bv & ~(header->processor.xfeatures | 3));
}

#endif
