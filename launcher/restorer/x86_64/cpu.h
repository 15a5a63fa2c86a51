/* Reads which features the processor has, and how it lays out the state that a signal frame holds. */
#ifndef CRJVM_CPU_H
#define CRJVM_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "plan_processor.h"
#include "text.h"

enum { CPU_WORDS = PLAN_CPU_WORDS, CPU_COMPONENTS = 20 };
struct cpu {
  uint64_t words[CPU_WORDS];   /* enum plan_cpu_word: features that programs can use */
  uint64_t dormant[CPU_WORDS]; /* features that the processor has, but the kernel has not enabled */
  uint64_t xcr0;               /* 3 if the kernel does not use XSAVE */
  bool has_xsave;
  uint32_t mxcsr_mask;
  struct {
    uint32_t offset, size; /* in the standard format; size 0: the machine doesn't have it */
    bool aligned;          /* in the compact format it is at a multiple of 64 */
  } components[CPU_COMPONENTS];
};

void read_cpu(struct cpu *cpu);

/* Removes the features whose state the kernel does not save for programs: using them is an illegal instruction. */
void hide_dormant(struct cpu *cpu);

/* Returns true if the machine can run code that was made for the plan's processor. Otherwise why names what the machine lacks. */
bool check_cpu(const struct cpu *cpu, const struct plan_processor *processor, struct text *why);

/* Returns how many bytes XSAVE writes for these components, or XSAVEC, which leaves no gaps. */
uint32_t xsave_size(const struct cpu *cpu, uint64_t components, bool compact);

/* Returns how many bytes the dynamic loader needs here for the processor's state, or 0 if its present size is enough. */
uint64_t save_area_size(const struct cpu *cpu, const struct plan_save *save);

/* Returns the protection that an area gets here. */
static inline uint32_t usable_protection(const struct cpu *cpu, uint32_t protection) {
  (void)cpu;
  return protection;
}

#endif
