/* The records of a plan that concern memory and threads. */
#ifndef CRJVM_PLAN_RECORDS_H
#define CRJVM_PLAN_RECORDS_H

#include <stdbool.h>

#include "plan_lookup.h"
#include "text.h"

/* After the sections are known to be inside the file. False: why says what is wrong. */
bool check_records(const struct plan *plan, struct text *why);

#endif
