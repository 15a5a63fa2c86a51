/* Describes what the wrappers of functions that take absolute times put on the stack (kept_entry.c). */
#ifndef CRJVM_WAIT_FRAME_H
#define CRJVM_WAIT_FRAME_H

#include <stdint.h>

struct wait_frame {
  uint64_t caller[2];    /* x29 and x30 */
  uint64_t arguments[8]; /* no wrapped function has more */
  int64_t times[4];      /* room for the changed times, to which an argument then points */
};

static inline uint64_t seventh_argument(const struct wait_frame *frame) { return frame->arguments[6]; }

#endif
