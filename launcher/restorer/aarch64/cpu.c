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
  cpu->words[PLAN_CPU_HWCAP] = getauxval(AT_HWCAP);
  cpu->words[PLAN_CPU_HWCAP2] = getauxval(AT_HWCAP2);
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
