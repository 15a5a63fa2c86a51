/* Has the processor's part of a test's plan, and the registers that a plan may not have. */
#ifndef CRJVM_PLAN_VALUES_H
#define CRJVM_PLAN_VALUES_H

#include "plan.h"

enum { OTHER_MACHINE = 62 };
#define OTHER_MACHINE_REFUSED "the image is for x86-64, and this machine is 64-bit ARM (aarch64)"

static inline void fill_processor(struct plan_processor *processor) {
  processor->vector_length = 16;
  processor->pac = PLAN_PAC_ADDRESS | PLAN_PAC_GENERIC;
}

static inline void fill_registers(struct plan_thread *thread) {
  thread->bases.thread_pointer = 0x10200;
  thread->registers.sp = 0x13000;
  thread->registers.pc = 0x14000;
  thread->registers.pstate = 0xf0001000; /* the flags, and SSBS */
}

/* Changes a thread in every way that has to be refused. The macro refused makes a plan, changes it and checks it. */
#define REFUSED_REGISTERS(refused, thread) \
  do { \
    refused(header->processor.pac = 4, "unknown keys"); \
    refused((thread)->registers.pstate = 5, "its processor state");    /* the kernel's own mode */ \
    refused((thread)->registers.pstate = 0x10, "its processor state"); /* 32-bit programs */ \
    refused((thread)->registers.pstate = 0x80, "its processor state"); /* no interrupts */ \
    refused((thread)->registers.pstate = 1ul << 32, "its processor state"); \
    refused((thread)->registers.sp = ~0ul, "its registers"); \
    refused((thread)->registers.pc = 1ul << 48, "its registers"); \
    refused((thread)->registers.pc = 0x14002, "its registers"); \
    refused((thread)->bases.thread_pointer = 1ul << 48, "its registers"); \
  } while (0)

#endif
