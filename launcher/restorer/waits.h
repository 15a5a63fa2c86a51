/* The wrappers of functions that take absolute times call this before they call the function. */
#ifndef CRJVM_WAITS_H
#define CRJVM_WAITS_H

#include <stdint.h>

/* The wrappers, in kept_entry.c of the processor, put this on the stack. */
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
