/* Measures how long each phase of a restore takes, for --verbose. */
#ifndef CRJVM_TIMINGS_H
#define CRJVM_TIMINGS_H

#include <stdint.h>

/* Returns the kernel's monotonic clock in nanoseconds. */
uint64_t now(void);

void end_phase(const char *name);

/* Prints the timings right before the application runs. */
void print_timings(void);

#endif
