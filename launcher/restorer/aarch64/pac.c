/* Signs a sample with the keys of pointer authentication that this process has, and reads keys. */
#include "pac.h"

#include <asm/hwcap.h>

enum { ADDRESS_KEYS = 8, GENERIC_KEYS = 2 }; /* words */

uint32_t find_pac(const struct cpu *cpu) {
  uint64_t word = cpu->words[PLAN_CPU_HWCAP];
  return (word & HWCAP_PACA ? (uint32_t)PLAN_PAC_ADDRESS : 0) | (word & HWCAP_PACG ? (uint32_t)PLAN_PAC_GENERIC : 0);
}

#define SIGN(instruction, result) \
  __asm__ volatile(".arch_extension pauth\n\t" instruction " %0, %1" : "+r"(result) : "r"(PLAN_PAC_MODIFIER))

void take_pac_samples(uint32_t pac, uint64_t samples[PLAN_PAC_SAMPLES]) {
  for (int i = 0; i < PLAN_PAC_SAMPLES; i++) samples[i] = 0;
  if (pac & PLAN_PAC_ADDRESS) {
    for (int i = 0; i < 4; i++) samples[i] = PLAN_PAC_SAMPLE;
    SIGN("pacia", samples[0]);
    SIGN("pacib", samples[1]);
    SIGN("pacda", samples[2]);
    SIGN("pacdb", samples[3]);
  }
  if (pac & PLAN_PAC_GENERIC)
    __asm__ volatile(
        ".arch_extension pauth\n\t"
        "pacga %0, %1, %2"
        : "=r"(samples[4])
        : "r"(PLAN_PAC_SAMPLE), "r"(PLAN_PAC_MODIFIER));
}

bool has_same_samples(const struct plan_processor *processor, const uint64_t samples[PLAN_PAC_SAMPLES]) {
  for (int i = 0; i < PLAN_PAC_SAMPLES; i++)
    if (processor->pac_sample[i] != samples[i]) return false;
  return true;
}

static int find_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads a line of a word and a number. */
static bool parse_line(const char **at, const char *word, uint64_t *number) {
  enum { DIGITS = 16 };
  int digits = 0;
  if (!text_starts(*at, word)) return false;
  *at += text_length(word);
  *number = 0;
  for (int digit; (digit = find_digit(**at)) >= 0; ++*at, digits++) *number = *number << 4 | (uint64_t)digit;
  return digits > 0 && digits <= DIGITS && *(*at)++ == '\n';
}

bool parse_pac_keys(const char *text, struct plan_processor *processor) {
  uint64_t pac;
  if (!parse_line(&text, "pac ", &pac) || pac & ~(uint64_t)(PLAN_PAC_ADDRESS | PLAN_PAC_GENERIC)) return false;
  processor->pac = (uint32_t)pac;
  if (!parse_line(&text, "enabled ", &processor->pac_enabled)) return false;
  for (int i = 0; i < ADDRESS_KEYS; i++)
    if (!parse_line(&text, "key ", &processor->pac_keys[i])) return false;
  for (int i = 0; i < GENERIC_KEYS; i++)
    if (!parse_line(&text, "key ", &processor->pac_generic[i])) return false;
  return !*text;
}
