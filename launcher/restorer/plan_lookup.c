/* Looks things up in a plan. */
#include "plan_lookup.h"

#include <stddef.h>

enum { STRING_MAX = 4096 };

const struct plan_descriptor *find_descriptor(const struct plan *plan, int number) {
  uint32_t low = 0, high = plan->counts[PLAN_DESCRIPTORS];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (plan->descriptors[middle].number == number) return &plan->descriptors[middle];
    if (plan->descriptors[middle].number < number) low = middle + 1;
    else high = middle;
  }
  return NULL;
}

uint32_t find_area(const struct plan *plan, uint64_t address) {
  uint32_t low = 0, high = plan->counts[PLAN_AREAS];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const struct plan_area *area = &plan->areas[middle];
    if (address < area->start) high = middle;
    else if (address - area->start < area->length) return middle;
    else low = middle + 1;
  }
  return PLAN_NONE;
}

bool inside_areas(const struct plan *plan, uint64_t address, uint64_t length, uint32_t prot, bool only_private) {
  while (length) {
    uint32_t i = find_area(plan, address);
    if (i == PLAN_NONE) return false;
    const struct plan_area *area = &plan->areas[i];
    if ((area->prot & prot) != prot || (only_private && (area->flags & PLAN_AREA_SHARED))) return false;
    uint64_t here = area->length - (address - area->start);
    if (here >= length) return true;
    address += here;
    length -= here;
  }
  return true;
}

const char *plan_string(const struct plan *plan, uint32_t offset) {
  uint32_t size = plan->counts[PLAN_STRINGS];
  for (uint32_t i = offset; i < size && i - offset < STRING_MAX; i++)
    if (!plan->strings[i]) return plan->strings + offset;
  return NULL;
}
