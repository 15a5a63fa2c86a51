/* Reads which features the processor has. */
#ifndef CRJVM_CPU_H
#define CRJVM_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "plan_processor.h"
#include "text.h"

enum { CPU_WORDS = PLAN_CPU_WORDS, CPU_HAS_BTI = 17 /* bit of PLAN_CPU_HWCAP2 */ };
struct cpu {
  uint64_t words[CPU_WORDS]; /* enum plan_cpu_word */
  uint32_t zero_block;       /* DCZID_EL0 */
  uint32_t cache_type;       /* the lower half of CTR_EL0 */
};

void read_cpu(struct cpu *cpu);

/* Returns true if the machine can run code that was made for the plan's processor. Otherwise why names what the machine lacks. */
bool check_cpu(const struct cpu *cpu, const struct plan_processor *processor, struct text *why);

/* Returns true if code that relies on what it has read of the plan's processor can clear memory here, and publish new code. Otherwise why
 * says what is different. */
bool check_caches(const struct cpu *cpu, const struct plan_processor *processor, struct text *why);

/* Returns 0: the dynamic loader's present size is always enough. */
static inline uint64_t save_area_size(const struct cpu *cpu, const struct plan_save *save) {
  (void)cpu, (void)save;
  return 0;
}

/* Returns the protection that an area gets here. A processor without landing pads executes the same code without them, but its kernel
 * refuses the bit. */
static inline uint32_t usable_protection(const struct cpu *cpu, uint32_t protection) {
  return cpu->words[PLAN_CPU_HWCAP2] >> CPU_HAS_BTI & 1 ? protection : protection & ~(uint32_t)PLAN_PROT_BTI;
}

#endif
