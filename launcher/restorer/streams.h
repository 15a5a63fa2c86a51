/* Handles the descriptors that this process has inherited. */
#ifndef CRJVM_STREAMS_H
#define CRJVM_STREAMS_H

#include <stdbool.h>

/* Closes all descriptors except the standard streams and those that arguments name. */
void close_inherited(void);

/* Closes all descriptors but these, which are in any order. A negative number is none. */
void close_all_but(const int *needed, int count);

void hold_standard_streams(void);
bool is_closed_stream(int fd); /* 0, 1, 2: the launcher was started with it closed */
void release_standard_streams(void);

/* Puts these descriptors at 0, 1 and 2. -1 means that one is closed. */
void replace_standard_streams(const int *streams);

#endif
