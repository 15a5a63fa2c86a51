/* Finds threads whose vector registers criu would lose. On this processor it saves all of them. */
#ifndef CRJVM_VECTORS_H
#define CRJVM_VECTORS_H

#include <sys/types.h>

static inline pid_t find_losing_thread(pid_t process, int proc) {
  (void)process, (void)proc;
  return 0;
}

#endif
