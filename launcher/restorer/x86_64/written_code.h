/* Has the processor execute code that was written as data. */
#ifndef CRJVM_WRITTEN_CODE_H
#define CRJVM_WRITTEN_CODE_H

#include <stdint.h>

enum { SEES_WRITTEN_CODE = 1 }; /* the processor needs no instruction for it */

/* Is called after code was written there, and before it is executed. */
static inline void publish_code(uint64_t start, uint64_t length) { (void)start, (void)length; }

#endif
