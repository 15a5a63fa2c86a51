/* Reads signals from a descriptor. */
#ifndef CRJVM_SIGNAL_DESCRIPTOR_H
#define CRJVM_SIGNAL_DESCRIPTOR_H

#include <stdint.h>

/* Blocks all signals and returns a descriptor from which they are read, or an error. It closes on exec. before gets the mask. */
int open_signals(uint64_t *before);
int read_signal(int descriptor); /* the number, or an error */
void close_signals(int descriptor, uint64_t before);

#endif
