/* The processor: which features it has, and how it lays out the state that a signal frame holds. */
#ifndef CRJVM_CPU_H
#define CRJVM_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "plan_processor.h"
#include "text.h"

enum { CPU_WORDS = PLAN_CPU_WORDS, CPU_COMPONENTS = 20 };
struct cpu {
  uint64_t words[CPU_WORDS];   /* enum plan_cpu_word: what programs can use */
  uint64_t dormant[CPU_WORDS]; /* what the processor has and the kernel has not enabled */
  uint64_t xcr0;               /* 3 where the kernel does not use XSAVE */
  bool has_xsave;
  uint32_t mxcsr_mask;
  struct {
    uint32_t offset, size; /* in the standard format; size 0: the machine does not have it */
    bool aligned;          /* in the compact format: at a multiple of 64 */
  } components[CPU_COMPONENTS];
};

void read_cpu(struct cpu *cpu);

/* Takes away the features whose state the kernel does not keep for programs: using them is an illegal instruction. */
void hide_dormant(struct cpu *cpu);

/* True: the machine can run code that was made for the plan's processor. False: why names what it lacks. */
bool check_cpu(const struct cpu *cpu, const struct plan_processor *processor, struct text *why);

/* Bytes that XSAVE writes for these components, or XSAVEC, which leaves no gaps. */
uint32_t xsave_size(const struct cpu *cpu, uint64_t components, bool compact);

/* Bytes that the dynamic loader needs for the processor's state here; 0: no more than it has. */
uint64_t save_area_size(const struct cpu *cpu, const struct plan_save *save);

#endif
