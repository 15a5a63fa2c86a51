/* Checks a plan that was read into memory, before anything acts on it. */
#ifndef CRJVM_PLAN_FILE_H
#define CRJVM_PLAN_FILE_H

#include <stdbool.h>

#include "plan_lookup.h"
#include "text.h"

/* Returns true and fills plan if everything in the bytes can be executed without further checks. Otherwise why says what is
 * wrong. */
bool check_plan(struct plan *plan, const void *bytes, uint64_t size, struct text *why);

#endif
