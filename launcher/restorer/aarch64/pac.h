/* Signs a sample with the keys of pointer authentication that this process has, and reads keys. */
#ifndef CRJVM_PAC_H
#define CRJVM_PAC_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu.h"
#include "plan_processor.h"

/* Returns the keys that the processor has: PLAN_PAC_… bits. */
uint32_t find_pac(const struct cpu *cpu);

/* Signs PLAN_PAC_SAMPLE with each key that pac names. The processor must have them. The results for other keys are 0. */
void take_pac_samples(uint32_t pac, uint64_t samples[PLAN_PAC_SAMPLES]);

/* Returns true if the samples are those of the plan: the processor signs as the one of the dump did. */
bool has_same_samples(const struct plan_processor *processor, const uint64_t samples[PLAN_PAC_SAMPLES]);

/* Reads what the compiler has written: the lines "pac HEX", "enabled HEX" and ten lines "key HEX". Returns false if it is anything else. */
bool parse_pac_keys(const char *text, struct plan_processor *processor);

#endif
