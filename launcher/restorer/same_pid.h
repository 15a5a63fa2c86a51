/* Implements --pid=same: chosen process and thread ids. */
#ifndef CRJVM_SAME_PID_H
#define CRJVM_SAME_PID_H

#include <stdint.h>

/* Returns in a process that has the id of the checkpoint, if the caller asked for that. */
void become_same_process(void);

long choose_next_id(int32_t id); /* for a clone that takes no id; returns 0, or an error */
_Noreturn void fail_same_id(int32_t id, long error);

#endif
