/* Starts the threads. Each begins on the stack that it had, and returns as from a signal handler. */
#ifndef CRJVM_THREADS_H
#define CRJVM_THREADS_H

void prepare_threads(void);
void raise_save_areas(void);
void set_layout(void);
void set_barriers(void);
_Noreturn void run_threads(void); /* the process is the application afterwards */

#endif
