/* Has the processor's part of a test's plan, and the registers that a plan may not have. */
#ifndef CRJVM_PLAN_VALUES_H
#define CRJVM_PLAN_VALUES_H

#include "plan.h"

enum { OTHER_MACHINE = 183 };
#define OTHER_MACHINE_REFUSED "the image is for 64-bit ARM (aarch64), and this machine is x86-64"

static inline void fill_processor(struct plan_processor *processor) { processor->xfeatures = 7; }

static inline void fill_registers(struct plan_thread *thread) {
  thread->bases.fs_base = 0x10200;
  thread->registers.sp = 0x13000;
  thread->registers.ip = 0x14000;
  thread->registers.xstate_bv = 7;
}

/* Changes a thread in every way that has to be refused. The macro refused makes a plan, changes it and checks it. */
#define REFUSED_REGISTERS(refused, thread) \
  do { \
    refused((thread)->registers.xstate_bv = 1ul << 18, "unknown processor state"); \
    refused((thread)->registers.xstate_bv = 0x20, "does not name"); \
    refused((thread)->registers.sp = ~0ul, "its registers"); \
    refused((thread)->registers.ip = 1ul << 47, "its registers"); \
    refused((thread)->bases.fs_base = 1ul << 47, "its registers"); \
  } while (0)

#endif
