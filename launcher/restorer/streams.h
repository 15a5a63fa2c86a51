/* Handles the descriptors that this process has inherited. */
#ifndef CRJVM_STREAMS_H
#define CRJVM_STREAMS_H

#include <stdbool.h>

/* Closes all descriptors except the standard streams and those that arguments name. */
void close_inherited(void);

void hold_standard_streams(void);
bool is_closed_stream(int fd); /* 0, 1, 2: the launcher was started with it closed */
void release_standard_streams(void);

#endif
