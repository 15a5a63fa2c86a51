/* Waits with a process that is complete but for its last steps, until somebody needs it. */
#ifndef CRJVM_PARK_H
#define CRJVM_PARK_H

/* Is called before anything is mapped. */
void prepare_parking(void);

/* Returns at once unless the command line asks for it. Afterwards everything has been checked again that may have changed. A copy that
 * was taken has its taker's command line, environment and streams then. */
void park(void);

#endif
