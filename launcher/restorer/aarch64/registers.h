/* Checks a thread's registers, which come from a plan. */
#ifndef CRJVM_REGISTERS_H
#define CRJVM_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"

/* Returns NULL, or says which value no thread on this processor can have. */
const char *registers_fault(const struct plan_processor *processor, const struct plan_thread *thread);

static inline uint64_t stack_pointer(const struct plan_thread *thread) { return thread->registers.sp; }

/* Returns the address of the thread-local storage. */
static inline uint64_t thread_pointer(const struct plan_thread *thread) { return thread->bases.thread_pointer; }
static inline void set_thread_pointer(const struct plan_thread *thread) {
  __asm__ volatile("msr tpidr_el0, %0" : : "r"(thread->bases.thread_pointer));
}

#endif
