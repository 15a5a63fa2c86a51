/* Memory of the restorer's own. */
#ifndef CRJVM_ALLOCATE_H
#define CRJVM_ALLOCATE_H

#include <stdint.h>

/* Zeroes, page-aligned; it goes away with the last act. Errors are fatal. */
void *allocate(uint64_t size);

#endif
