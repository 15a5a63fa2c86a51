/* Signals of this process: actions and mask, and how they were before. */
#ifndef CRJVM_SIGNALS_H
#define CRJVM_SIGNALS_H

#include <stdint.h>

/* SIGXFSZ, until the plan's actions are set. */
void ignore_size_signal(void);

/* All of them. */
void block_signals(void);

/* The plan's. 0, or an error, and number says of which signal. */
long set_signal_actions(uint64_t *number);

/* Both undo what was done above, so that a normal start finds signals as the caller had them. */
void undo_signal_actions(void);
void undo_signal_mask(void);

#endif
