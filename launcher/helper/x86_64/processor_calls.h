/* Has those system calls of criu's that belong to this processor. */
#ifndef CRJVM_PROCESSOR_CALLS_H
#define CRJVM_PROCESSOR_CALLS_H

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

/* Only the calls of 64-bit programs are allowed. The x32 ABI sets a bit of its own in the numbers of its calls. */
#define CALLS_OF_PROGRAMS AUDIT_ARCH_X86_64
#define CALLS_OF_OTHERS_BIT 0x40000000u

/* Kernels for other processors don't have these. Most of them are old names of calls that all kernels have. */
#define PROCESSOR_CALLS \
  SYS_dup2, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_mkdir, SYS_rmdir, SYS_poll, SYS_select, SYS_epoll_create, \
      SYS_epoll_wait, SYS_pipe, SYS_inotify_init, SYS_alarm, SYS_time, SYS_fork, SYS_vfork, SYS_getpgrp, SYS_arch_prctl

/* Tries without effect the call by which criu reads a register of the JVM's threads. It writes to scratch. The macro
 * follows an item of a list. */
enum { GET_FS_BASE = 0x1003 }; /* ARCH_GET_FS */
#define PROCESSOR_TRIALS , CALL(arch_prctl, 0, GET_FS_BASE, 0)
static inline void complete_processor_trial(long number, long *arguments, long scratch) {
  if (number == SYS_arch_prctl) arguments[1] = scratch;
}

/* Writes the arguments of openat, also for the older calls by which programs may open files here. Returns false for any other
 * call. */
static inline bool read_openat(const struct seccomp_data *call, __u64 arguments[4]) {
  const __u64 *given = call->args;
  switch (call->nr) {
    case SYS_openat: memcpy(arguments, given, 4 * sizeof *arguments); return true;
    case SYS_open:
      memcpy(arguments, (__u64[]){(__u64)AT_FDCWD, given[0], given[1], given[2]}, 4 * sizeof *arguments);
      return true;
    case SYS_creat:
      memcpy(arguments, (__u64[]){(__u64)AT_FDCWD, given[0], O_CREAT | O_WRONLY | O_TRUNC, given[1]}, 4 * sizeof *arguments);
      return true;
    default: return false;
  }
}

#endif
