/* Writes the code that replaces the dumped vDSO's functions, and names the running kernel's functions. */
#ifndef CRJVM_STUBS_H
#define CRJVM_STUBS_H

#include <stdint.h>

#include "plan.h"

enum {
  STUB_SIZE = 16,                      /* bytes */
  STUB_FUNCTIONS = PLAN_VDSO_FUNCTIONS /* the first function that no plan has a stub for */
};

/* Writes a function, an enum plan_vdso_function, that jumps to another one. The one that signal handlers return to calls the kernel
 * itself. */
void write_stub(uint64_t at, uint64_t function, uint64_t to);

/* The index is an enum plan_vdso_function. A function that the kernel does not have has an empty name. */
extern const char *const VDSO_NAMES[PLAN_VDSO_FUNCTIONS];

#endif
