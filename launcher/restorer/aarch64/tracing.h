/* Has the calls by which a tracer reads and writes registers of another process. */
#ifndef CRJVM_TRACING_H
#define CRJVM_TRACING_H

#include <linux/ptrace.h>
#include <linux/uio.h>
#include <stdint.h>

#include "syscall.h"

enum { DETACH = 17 }; /* PTRACE_DETACH: linux/ptrace.h has only those that all processors' kernels number alike */

/* Reads the set of registers of this kind, one of NT_…. Returns 0, or an error. */
static inline long get_registers(long process, long kind, void *words, uint64_t length) {
  struct iovec part = {.iov_base = words, .iov_len = length};
  return sys(ptrace, PTRACE_GETREGSET, process, kind, &part);
}

/* Writes them. Returns 0, or an error. */
static inline long set_registers(long process, long kind, const void *words, uint64_t length) {
  const struct iovec part = {.iov_base = (void *)(uint64_t)words, .iov_len = length};
  return sys(ptrace, PTRACE_SETREGSET, process, kind, &part);
}

#endif
