/* Descriptors that this process has inherited. */
#ifndef CRJVM_STREAMS_H
#define CRJVM_STREAMS_H

#include <stdbool.h>

/* All but the standard streams and what arguments name. */
void close_inherited(void);

void hold_standard_streams(void);
bool is_closed_stream(int fd); /* 0, 1, 2: closed by whoever started the launcher */
void release_standard_streams(void);

#endif
