/* Writes the code that takes the place of the dumped vDSO's functions, and names the running kernel's. */
#ifndef CRJVM_STUBS_H
#define CRJVM_STUBS_H

#include <stdint.h>

#include "plan.h"

enum { STUB_SIZE = 12 }; /* bytes */

/* Writes a function that goes on in another one. */
void write_jump(uint64_t from, uint64_t to);

/* Indexed by enum plan_vdso_function. */
extern const char *const VDSO_NAMES[PLAN_VDSO_FUNCTIONS];

#endif
