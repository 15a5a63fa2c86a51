/* Writes the code that replaces the dumped vDSO's functions, and names the running kernel's functions. */
#ifndef CRJVM_STUBS_H
#define CRJVM_STUBS_H

#include <stdint.h>

#include "plan.h"

enum { STUB_SIZE = 12 }; /* bytes */

/* Writes a function that jumps to another one. */
void write_jump(uint64_t from, uint64_t to);

/* The index is an enum plan_vdso_function. */
extern const char *const VDSO_NAMES[PLAN_VDSO_FUNCTIONS];

#endif
