/* Resets those things that a program inherits besides arguments and descriptors and that a dump can't work with. */
#ifndef CRJVM_INHERITED_H
#define CRJVM_INHERITED_H

#include <stdbool.h>

#include "die.h"

/* Gives every signal its default action and unblocks it: with SIGCHLD ignored the helper could not see how criu ended. Only
 * SIGXFSZ is ignored: then a write fails with an error that can be reported, and criu can undo its changes to the target. */
void reset_signals(void);

/* Raises the soft limits as far as the hard limits allow. Returns false if that is too little for any dump. */
bool raise_limits(struct reason *why);

#endif
