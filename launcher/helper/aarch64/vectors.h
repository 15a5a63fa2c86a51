/* Finds threads whose vector registers criu would lose. */
#ifndef CRJVM_VECTORS_H
#define CRJVM_VECTORS_H

#include <sys/types.h>

/* criu only saves the lower 128 bits of each vector register and sets the others to zero, in the process that it dumps as well. A
 * thread in a system call has nothing more to lose. Returns a thread of the process that is not in a system call, or 0 if there
 * is none, or the process if nobody can tell. All threads must be stopped. proc is the process's folder below /proc. */
pid_t find_losing_thread(pid_t process, int proc);

#endif
