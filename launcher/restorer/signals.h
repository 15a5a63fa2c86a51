/* Sets the signal actions and the mask of this process, and can undo it. */
#ifndef CRJVM_SIGNALS_H
#define CRJVM_SIGNALS_H

#include <stdint.h>

/* Ignores SIGXFSZ until the plan's actions are set. */
void ignore_size_signal(void);

/* Ignores SIGQUIT, by which tools like jstack ask a JVM to answer: this process can't answer yet. */
void ignore_tools(void);
void stop_ignoring_tools(void);

/* Takes the present actions for those of the caller. */
void forget_ignored(void);

/* Blocks all signals. */
void block_signals(void);

/* Sets the plan's actions. Returns 0, or an error, and number is then the signal. */
long set_signal_actions(uint64_t *number);

/* Both undo the changes above, so that a normal start has the signals as the caller left them. */
void undo_signal_actions(void);
void undo_signal_mask(void);

#endif
