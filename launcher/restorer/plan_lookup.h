/* Has the sections of a plan in memory as arrays, and look-ups in them. */
#ifndef CRJVM_PLAN_LOOKUP_H
#define CRJVM_PLAN_LOOKUP_H

#include <stdbool.h>

#include "plan.h"

/* The sections of a plan as arrays. They are valid only after check_plan. */
struct plan {
  const unsigned char *bytes;
  uint64_t size;
  const struct plan_header *header;
#define SECTION(name, array, record, words, limit) const record *array;
#include "plan_sections.h"
#undef SECTION
  uint32_t counts[PLAN_SECTIONS];
};

/* Returns the descriptor with this number, or NULL. */
const struct plan_descriptor *find_descriptor(const struct plan *plan, int number);
/* Returns the index of the area that contains the address, or PLAN_NONE. */
uint32_t find_area(const struct plan *plan, uint64_t address);
/* Returns true if all bytes of the range are in areas that have all of these protection bits and, if asked for, are private. */
bool inside_areas(const struct plan *plan, uint64_t address, uint64_t length, uint32_t prot, bool only_private);
/* Returns a string of the plan, or NULL if there is none or it has no end. */
const char *plan_string(const struct plan *plan, uint32_t offset);

#endif
