/* Checks a thread's registers, which come from a plan. */
#include "registers.h"

/* The kernel ends a process whose frame has these bits: another mode than that of 64-bit programs, or interrupts that are masked. */
enum { NOT_OF_PROGRAMS = 0x3df };

const char *registers_fault(const struct plan_processor *processor, const struct plan_thread *thread) {
  const struct plan_registers *registers = &thread->registers;
  if (processor->pac & ~(uint32_t)(PLAN_PAC_ADDRESS | PLAN_PAC_GENERIC)) return "unknown keys for signed addresses";
  if (registers->pstate & NOT_OF_PROGRAMS || registers->pstate >> 32) return "its processor state";
  bool outside =
      registers->pc >= USER_END || registers->sp >= USER_END || thread->bases.thread_pointer >= USER_END || registers->pc % 4;
  return outside ? "its registers" : NULL;
}
