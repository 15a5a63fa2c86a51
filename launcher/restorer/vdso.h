/* Finds functions in a vDSO, an ELF object in memory. */
#ifndef CRJVM_VDSO_H
#define CRJVM_VDSO_H

#include <stdint.h>

/* Offset of the function in the object of this size, or 0: it isn't there. */
uint64_t find_vdso_function(const unsigned char *elf, uint64_t size, const char *name);

#endif
