/* Finds functions in a vDSO, an ELF object in memory. */
#ifndef CRJVM_VDSO_H
#define CRJVM_VDSO_H

#include <stdint.h>

/* Returns the function's offset in the object, or 0 if there is no such function. size is the object's size. */
uint64_t find_vdso_function(const unsigned char *elf, uint64_t size, const char *name);

#endif
