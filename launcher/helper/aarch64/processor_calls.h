/* Has those system calls of criu's that belong to this processor. */
#ifndef CRJVM_PROCESSOR_CALLS_H
#define CRJVM_PROCESSOR_CALLS_H

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

/* Only the calls of 64-bit programs are allowed. They have no second set of numbers. */
#define CALLS_OF_PROGRAMS AUDIT_ARCH_AARCH64
#define CALLS_OF_OTHERS_BIT 0u

/* The kernel has no other calls than those of all processors: it knows none of the old names. */
#define PROCESSOR_CALLS

/* criu reads all registers of the JVM's threads by ptrace. */
#define PROCESSOR_TRIALS
static inline void complete_processor_trial(long number, long *arguments, long scratch) {
  (void)number, (void)arguments, (void)scratch;
}

/* Writes the arguments of openat, by which all files are opened here. Returns false for any other call. */
static inline bool read_openat(const struct seccomp_data *call, __u64 arguments[4]) {
  if (call->nr != SYS_openat) return false;
  memcpy(arguments, call->args, 4 * sizeof *arguments);
  return true;
}

#endif
