/* The process that keeps a parked copy. */
#ifndef CRJVM_KEEPER_H
#define CRJVM_KEEPER_H

#include <stdint.h>

/* Forks. The parent becomes the keeper: it waits for the copy, tells the pool through standard output and the copy's taker through
 * its connection what becomes of it, and ends it if either is gone. The child returns. It is the copy. */
void leave_keeper(void);

/* Tells the pool that this copy can be taken, and how much memory it holds that nothing else uses. */
void tell_parked(uint64_t kilobytes);

/* Hands the connection with the taker to the keeper. Returns 0, or an error. */
long tell_keeper(int connection);

#endif
