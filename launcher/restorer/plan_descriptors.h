/* Checks the records of a plan that concern descriptors. */
#ifndef CRJVM_PLAN_DESCRIPTORS_H
#define CRJVM_PLAN_DESCRIPTORS_H

#include <stdbool.h>

#include "plan_lookup.h"
#include "text.h"

/* Runs after check_records. Returns false and says in why what is wrong. */
bool check_descriptors(const struct plan *plan, struct text *why);

#endif
