/* Checks a thread's registers, which come from a plan. */
#include "registers.h"

#include "frames.h"

const char *registers_fault(const struct plan_processor *processor, const struct plan_thread *thread) {
  const struct plan_registers *registers = &thread->registers;
  if (registers->xstate_bv & ~(uint64_t)FRAME_COMPONENTS) return "unknown processor state";
  if (registers->xstate_bv & ~(processor->xfeatures | 3)) return "processor state that the header does not name";
  bool outside = registers->ip >= USER_END || registers->sp >= USER_END || thread->bases.fs_base >= USER_END ||
                 thread->bases.gs_base >= USER_END;
  return outside ? "its registers" : NULL;
}
