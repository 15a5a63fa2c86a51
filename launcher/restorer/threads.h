/* Threads: each starts on the stack that it had, and returns from a signal that never was. */
#ifndef CRJVM_THREADS_H
#define CRJVM_THREADS_H

#include <stdint.h>

/* clone or clone3, whose child calls a function that never returns, on the stack that the arguments name. */
long start_thread(long number, const long *arguments, const void *life, const void *of, uint64_t with);

void prepare_threads(void);
void raise_save_areas(void);
void set_layout(void);
void set_barriers(void);
_Noreturn void run_threads(void); /* the process is the application afterwards */

#endif
