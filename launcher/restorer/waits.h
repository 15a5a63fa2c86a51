/* The wrappers of functions that take absolute times call this code before they call the function. */
#ifndef CRJVM_WAITS_H
#define CRJVM_WAITS_H

#include <stdint.h>

/* The wrappers in kept_entry.c of the processor put this on the stack. */
struct wait_frame {
  uint64_t seventh; /* the wrapped function finds its first stack argument there */
  uint64_t arguments[6];
  int64_t times[4]; /* room for the changed times, to which an argument then points */
};

struct wait_call {
  uint64_t function;
  uint64_t is_changed; /* the function returns through the wrapper and needs its frame until then */
};
struct wait_call kept_prepare_wait(uint32_t index, struct wait_frame *frame);

#endif
