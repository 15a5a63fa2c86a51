/* What the wrappers of functions that take absolute times ask, before they call these. */
#ifndef CRJVM_WAITS_H
#define CRJVM_WAITS_H

#include <stdint.h>

/* What a wrapper puts on the stack: kept_entry.c of the processor. */
struct wait_frame {
  uint64_t seventh; /* where the wrapped function finds its first argument on the stack */
  uint64_t arguments[6];
  int64_t times[4]; /* room for what a turned-back argument then points to */
};

struct wait_call {
  uint64_t function;
  uint64_t is_changed; /* the function returns through the wrapper, whose frame it needs until then */
};
struct wait_call kept_prepare_wait(uint32_t index, struct wait_frame *frame);

#endif
