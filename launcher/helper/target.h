/* Pins the process to dump once, and looks at it only through the pinned descriptors afterwards. */
#ifndef CRJVM_TARGET_H
#define CRJVM_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "die.h"

/* The values that /proc/PID/status gives for a process. */
struct process_status {
  uid_t uids[4]; /* real, effective, saved, file system */
  gid_t gids[4];
  pid_t tracer;
  pid_t innermost_pid; /* in its own PID namespace */
  uint64_t permitted;
  int seccomp;         /* the mode: 0 none, 1 strict, 2 filter */
  int seccomp_filters; /* the number of filters */
  char state;
};

struct target {
  pid_t pid;
  int pidfd;
  int proc; /* /proc/PID; it stops working when the process ends, even if the PID is used again */
  struct process_status status;
  char folder[PATH_MAX]; /* its working directory; empty if unknown */
};

/* Refuses a status that lacks a field, except those about seccomp, which some kernels don't write. */
bool parse_status(const char *text, struct process_status *status);

/* Reads a status file below a process's folder in /proc. */
bool read_status(int proc, const char *name, struct process_status *status);

/* Pins the process and finds everything that makes a dump impossible or wrong. Returns false and describes it in why. */
bool pin_target(pid_t pid, struct target *target, struct reason *why);

bool is_alive(const struct target *target);

/* Makes sure that the process runs: a tracer that is killed leaves its tracee running, unless the tracee was stopped as well. */
void make_sure_it_runs(const struct target *target);

#endif
