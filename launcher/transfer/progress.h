/* Says on standard error how far the work is. */
#ifndef CRJVM_PROGRESS_H
#define CRJVM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Prepares the messages: a line that changes on a terminal, elsewhere lines if the user wants them. */
void start_progress(const char *verb, bool verbose);

void show_progress(uint64_t done, uint64_t total);

/* Erases the line. */
void end_progress(void);

#endif
