/* The processor: which features it has, and how it lays out the state that a signal frame holds. */
#ifndef CRJVM_CPU_H
#define CRJVM_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"
#include "text.h"

enum { CPU_WORDS = 8, CPU_COMPONENTS = 10 };
struct cpu {
  uint64_t words[CPU_WORDS]; /* enum plan_cpu_word */
  uint64_t xcr0;             /* 3 where the kernel does not use XSAVE */
  bool has_xsave;
  uint32_t mxcsr_mask;
  struct {
    uint32_t offset, size; /* in the standard format; size 0: the machine does not have it */
  } components[CPU_COMPONENTS];
};

void read_cpu(struct cpu *cpu);

/* True: the machine can run code that was made for the plan's processor. False: why names what it lacks. */
bool check_cpu(const struct cpu *cpu, const struct plan_header *header, struct text *why);

#endif
