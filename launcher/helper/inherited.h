/* What a program gets from its caller besides arguments and descriptors, and what of it a dump can't work with. */
#ifndef CRJVM_INHERITED_H
#define CRJVM_INHERITED_H

#include <stdbool.h>

#include "die.h"

/* Every signal has its default action, none is blocked: an ignored SIGCHLD would hide how criu ended. Only SIGXFSZ is ignored: a write
 * that fails can be told of, and lets criu put the target right. */
void reset_signals(void);

/* Takes what the limits allow at most; false: it is too little for any dump. */
bool raise_limits(struct reason *why);

#endif
