/* Measures how long each phase of a restore takes, for --verbose. */
#ifndef CRJVM_TIMINGS_H
#define CRJVM_TIMINGS_H

#include <stdint.h>

/* Returns the kernel's monotonic clock in nanoseconds. */
uint64_t now(void);

void end_phase(const char *name);

/* Prints the timings: what has happened, such as "restored in", and how long each phase has taken. */
void print_timings(const char *what);

/* Measures from this time on, see now. */
void begin_timings(uint64_t time);

#endif
