/* What lies at the places of the dumped vDSO's functions, and how the running kernel's are called. */
#ifndef CRJVM_STUBS_H
#define CRJVM_STUBS_H

#include <stdint.h>

#include "plan.h"

enum { STUB_SIZE = 12 }; /* bytes */

/* A function that goes on in another one. */
void write_jump(uint64_t from, uint64_t to);

/* By enum plan_vdso_function. */
extern const char *const VDSO_NAMES[PLAN_VDSO_FUNCTIONS];

#endif
