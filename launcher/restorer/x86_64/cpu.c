/* Reads which features the processor has, and how it lays out the state that a signal frame holds. */
#include "cpu.h"

#include <cpuid.h>

enum { LEGACY_AND_HEADER = 512 + 64, OSXSAVE = 27 };
enum { ANY_STATE = 3, AVX_STATE = 7, AVX512_STATE = 0xe7, AMX_STATE = 0x60003, APX_STATE = 0x80003 }; /* bits of XCR0 */

static const struct {
  uint8_t word, bit;
  uint32_t state;
  const char *name;
} FEATURES[] = {
#define FEATURE(word, bit, name, state) {PLAN_CPU_##word, bit, state, name},
#include "cpu_features.h"
#undef FEATURE
};
enum { FEATURE_COUNT = sizeof FEATURES / sizeof *FEATURES };
static const char *const WORDS[CPU_WORDS] = {"1.ecx",          "1.edx",          "7.ebx",   "7.ecx",   "7.edx",
                                             "0x80000001.ecx", "0x80000001.edx", "7.1.eax", "7.1.edx", "0xd.1.eax"};
static const struct {
  uint8_t bit;
  const char *name;
} STATES[] = {{2, "AVX"},  {3, "MPX"},  {4, "MPX"}, {5, "AVX-512"}, {6, "AVX-512"}, {7, "AVX-512"}, {9, "protection keys"},
              {17, "AMX"}, {18, "AMX"}, {19, "APX"}};

/* Reads the mask from the machine's own FXSAVE. 0 means the mask of the first processors with SSE. */
static uint32_t read_mxcsr_mask(void) {
  _Alignas(16) unsigned char image[512] = {0};
  uint32_t mask;
  __asm__ volatile("fxsave64 %0" : "+m"(image));
  __builtin_memcpy(&mask, image + 28, sizeof mask);
  return mask ? mask : 0xffbf;
}

static void read_state(struct cpu *cpu) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  cpu->xcr0 = (uint64_t)high << 32 | low;
  for (unsigned i = 2; i < CPU_COMPONENTS; i++)
    if (cpu->xcr0 >> i & 1 && __get_cpuid_count(0xd, i, &a, &b, &c, &d))
      cpu->components[i].offset = b, cpu->components[i].size = a, cpu->components[i].aligned = c >> 1 & 1;
  if (__get_cpuid_count(0xd, 1, &a, &b, &c, &d)) cpu->words[PLAN_CPU_D_1_EAX] = a;
}

void read_cpu(struct cpu *cpu) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) cpu->words[PLAN_CPU_1_ECX] = c, cpu->words[PLAN_CPU_1_EDX] = d;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
    cpu->words[PLAN_CPU_7_EBX] = b, cpu->words[PLAN_CPU_7_ECX] = c, cpu->words[PLAN_CPU_7_EDX] = d;
    if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) cpu->words[PLAN_CPU_7_1_EAX] = a, cpu->words[PLAN_CPU_7_1_EDX] = d;
  }
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) cpu->words[PLAN_CPU_81_ECX] = c, cpu->words[PLAN_CPU_81_EDX] = d;

  cpu->mxcsr_mask = read_mxcsr_mask();
  cpu->has_xsave = cpu->words[PLAN_CPU_1_ECX] >> OSXSAVE & 1; /* the kernel uses XSAVE */
  cpu->xcr0 = 3;
  if (cpu->has_xsave) read_state(cpu);
  hide_dormant(cpu);
}

void hide_dormant(struct cpu *cpu) {
  for (int i = 0; i < FEATURE_COUNT; i++) {
    uint64_t *word = &cpu->words[FEATURES[i].word], bit = 1ul << FEATURES[i].bit, state = FEATURES[i].state;
    bool enabled = !state || (cpu->has_xsave && (cpu->xcr0 & state) == state);
    if (enabled || !(*word & bit)) continue;
    *word &= ~bit;
    cpu->dormant[FEATURES[i].word] |= bit;
  }
}

uint32_t xsave_size(const struct cpu *cpu, uint64_t components, bool compact) {
  uint32_t size = LEGACY_AND_HEADER;
  for (int i = 2; i < CPU_COMPONENTS; i++) {
    if (!(components >> i & 1)) continue;
    if (compact && cpu->components[i].aligned) size = (size + 63) & ~63u;
    uint32_t end = (compact ? size : cpu->components[i].offset) + cpu->components[i].size;
    if (end > size) size = end;
  }
  return size;
}

/* Returns the room that the loader needs. Components that the loader leaves out itself (protection keys, x87) may be counted. It
 * never saves AMX's tiles. */
uint64_t save_area_size(const struct cpu *cpu, const struct plan_save *save) {
  enum { OWN_PART = 64, AMX = 0x60000 }; /* glibc's STATE_SAVE_OFFSET */
  if (!cpu->has_xsave) return 0;
  return (xsave_size(cpu, cpu->xcr0 & ~(uint64_t)AMX, save->compact) + OWN_PART + 63) & ~63ul;
}

static void append_feature(struct text *why, int word, int bit) {
  for (int i = 0; i < FEATURE_COUNT; i++)
    if (FEATURES[i].word == word && FEATURES[i].bit == bit) {
      append(why, "%s", FEATURES[i].name);
      return;
    }
  append(why, "cpuid %s bit %d", WORDS[word], bit);
}

/* Several bits may have the same name, which is then listed once. */
static void append_states(struct text *why, uint64_t missing) {
  const char *last = "";
  int told = 0;
  for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
    if (!(missing >> STATES[i].bit & 1)) continue;
    missing &= ~(1ul << STATES[i].bit);
    if (!text_equal(last, STATES[i].name)) append(why, told++ ? ", %s" : "%s", STATES[i].name);
    last = STATES[i].name;
  }
  if (missing) append(why, told ? ", 0x%x" : "0x%x", missing);
}

bool check_cpu(const struct cpu *cpu, const struct plan_processor *processor, struct text *why) {
  int missing = 0;
  bool dormant = false;
  for (int word = 0; word < CPU_WORDS; word++)
    for (int bit = 0; bit < 64; bit++) {
      if (!((processor->cpu[word] & ~cpu->words[word]) >> bit & 1)) continue;
      append(why, missing++ ? ", " : "the CPU lacks ");
      append_feature(why, word, bit);
      dormant = dormant || (cpu->dormant[word] >> bit & 1);
    }
  if (dormant) append(why, " (the kernel has switched it off)");
  if (missing) return false;
  if (processor->xfeatures & ~cpu->xcr0) {
    append(why, "the CPU or the kernel lacks the processor state of ");
    append_states(why, processor->xfeatures & ~cpu->xcr0);
    return false;
  }
  return true;
}
