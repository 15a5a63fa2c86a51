/* Allocates memory for the restorer itself. */
#ifndef CRJVM_ALLOCATE_H
#define CRJVM_ALLOCATE_H

#include <stdint.h>

/* Returns page-aligned memory that is all zeroes. The last act of the restore unmaps it. An error ends the restore. */
void *allocate(uint64_t size);

#endif
