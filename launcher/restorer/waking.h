/* Ends the process by a timer if the agent does not report in. */
#ifndef CRJVM_WAKING_H
#define CRJVM_WAKING_H

#include <stdbool.h>

void prepare_watch(void);
bool get_watch(int *number, int *signal); /* of the timer, for the agent, which deletes it; false: there is none */
void begin_watch(void);

#endif
