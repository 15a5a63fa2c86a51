/* The wrappers of functions that take absolute times call this code before they call the function. */
#ifndef CRJVM_WAITS_H
#define CRJVM_WAITS_H

#include <stdint.h>

#include "wait_frame.h"

struct wait_call {
  uint64_t function;
  uint64_t is_changed; /* the function returns through the wrapper and needs its frame until then */
};
struct wait_call kept_prepare_wait(uint32_t index, struct wait_frame *frame);

#endif
