/* Checks a plan that was read into memory, before anything acts on it. */
#ifndef CRJVM_PLAN_FILE_H
#define CRJVM_PLAN_FILE_H

#include <stdbool.h>

#include "plan_lookup.h"
#include "text.h"

/* Facts of this machine that have to be those of the plan's. */
struct machine_facts {
  uint32_t page_size;    /* bytes */
  uint32_t address_bits; /* of the addresses that a process can use here */
};

/* Returns true if the plan is for a machine like this one, or is not a plan of this version at all. Otherwise why names both. */
bool check_machine(const void *bytes, uint64_t size, const struct machine_facts *here, struct text *why);

/* Returns true and fills plan if everything in the bytes can be executed without further checks. Otherwise why says what is
 * wrong. */
bool check_plan(struct plan *plan, const void *bytes, uint64_t size, const struct machine_facts *here, struct text *why);

#endif
