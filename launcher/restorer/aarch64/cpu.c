/* Reads which features the processor has, as the kernel tells each program. */
#include "cpu.h"

#include <linux/auxvec.h>

#include "auxiliary.h"

static const struct {
  uint8_t word, bit;
  const char *name;
} FEATURES[] = {
#define FEATURE(word, bit, name) {PLAN_CPU_##word, bit, name},
#include "cpu_features.h"
#undef FEATURE
};
static const char *const WORDS[CPU_WORDS] = {"hwcap", "hwcap2"};

void read_cpu(struct cpu *cpu) {
  uint64_t zero_block, cache_type;
  cpu->words[PLAN_CPU_HWCAP] = getauxval(AT_HWCAP);
  cpu->words[PLAN_CPU_HWCAP2] = getauxval(AT_HWCAP2);
  __asm__("mrs %0, dczid_el0" : "=r"(zero_block));
  __asm__("mrs %0, ctr_el0" : "=r"(cache_type));
  cpu->zero_block = (uint32_t)zero_block;
  cpu->cache_type = (uint32_t)cache_type;
}

static void append_feature(struct text *why, int word, int bit) {
  for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++)
    if (FEATURES[i].word == word && FEATURES[i].bit == bit) {
      append(why, "%s", FEATURES[i].name);
      return;
    }
  append(why, "%s bit %d", WORDS[word], bit);
}

bool check_cpu(const struct cpu *cpu, const struct plan_processor *processor, struct text *why) {
  int missing = 0;
  for (int word = 0; word < CPU_WORDS; word++)
    for (int bit = 0; bit < 64; bit++) {
      if (!((processor->cpu[word] & ~cpu->words[word]) >> bit & 1)) continue;
      append(why, missing++ ? ", " : "the CPU lacks ");
      append_feature(why, word, bit);
    }
  return !missing;
}

/* Code of the dump clears memory in blocks of the size that it has read once. */
static bool fits_zero_block(uint32_t here, uint32_t dumped, struct text *why) {
  enum { MASK = PLAN_ZERO_SIZE | PLAN_ZERO_FORBIDDEN };
  if (dumped & PLAN_ZERO_FORBIDDEN || (here & MASK) == (dumped & MASK)) return true;
  if (here & PLAN_ZERO_FORBIDDEN) append(why, "programs may not clear memory in blocks here (DC ZVA)");
  else
    append(why, "the CPU clears memory in blocks of %u bytes and not %u (DC ZVA)", 4ul << (here & PLAN_ZERO_SIZE),
           4ul << (dumped & PLAN_ZERO_SIZE));
  return false;
}

/* Code of the dump publishes instructions with the steps that were enough there. */
static bool fit_caches(uint32_t here, uint32_t dumped, struct text *why) {
  enum { FREE = PLAN_CACHE_NEEDS_NO_CLEANING | PLAN_CACHE_NEEDS_NO_INVALIDATION };
  if (!dumped) return true;
  if ((here & PLAN_CACHE_INSTRUCTIONS) < (dumped & PLAN_CACHE_INSTRUCTIONS) ||
      (here & PLAN_CACHE_DATA) < (dumped & PLAN_CACHE_DATA))
    append(why, "the CPU's caches have shorter lines");
  else if (dumped & ~here & FREE) append(why, "the CPU's caches for data and instructions do not agree by themselves");
  else return true;
  return false;
}

bool check_caches(const struct cpu *cpu, const struct plan_processor *processor, struct text *why) {
  return fits_zero_block(cpu->zero_block, processor->zero_block, why) && fit_caches(cpu->cache_type, processor->cache_type, why);
}
