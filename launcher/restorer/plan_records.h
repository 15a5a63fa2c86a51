/* Checks the records of a plan that concern memory and threads. */
#ifndef CRJVM_PLAN_RECORDS_H
#define CRJVM_PLAN_RECORDS_H

#include <stdbool.h>

#include "plan_lookup.h"
#include "text.h"

/* Runs after the check that the sections are inside the file. Returns false and says in why what is wrong. */
bool check_records(const struct plan *plan, struct text *why);

#endif
