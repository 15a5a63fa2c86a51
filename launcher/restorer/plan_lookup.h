/* A plan in memory: its sections as arrays, and look-ups in them. */
#ifndef CRJVM_PLAN_LOOKUP_H
#define CRJVM_PLAN_LOOKUP_H

#include <stdbool.h>

#include "plan.h"

/* The sections of a plan as arrays. Valid only after check_plan. */
struct plan {
  const unsigned char *bytes;
  uint64_t size;
  const struct plan_header *header;
#define SECTION(name, array, record, words, limit) const record *array;
#include "plan_sections.h"
#undef SECTION
  uint32_t counts[PLAN_SECTIONS];
};

/* NULL: none has this number. */
const struct plan_descriptor *find_descriptor(const struct plan *plan, int number);
/* Index of the area that holds the address, or PLAN_NONE. */
uint32_t find_area(const struct plan *plan, uint64_t address);
/* Whether all bytes of the range are in areas with all of these protection bits and, if asked for, private ones. */
bool inside_areas(const struct plan *plan, uint64_t address, uint64_t length, uint32_t prot, bool only_private);
/* A string of the plan, or NULL: none, or without an end. */
const char *plan_string(const struct plan *plan, uint32_t offset);

#endif
