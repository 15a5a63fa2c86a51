/* Makes a parked copy the one that a start wants. */
#ifndef CRJVM_ADOPT_H
#define CRJVM_ADOPT_H

#include <stdbool.h>

/* Returns a listening socket in the pool's folder, by which starts find this copy. */
int open_place(void);

/* Returns true if starts can find that socket. */
bool has_place(void);

/* Accepts a connection. Returns true if it came from a start that can have this copy. The process then has that start's arguments,
 * environment, streams, working folder, limits and signals. Otherwise nothing has changed. */
bool adopt_start(int listener);

/* Tells the taker, if there is one, that the application runs. The taker may have given up meanwhile, and then this process ends. */
void tell_running(void);

#endif
