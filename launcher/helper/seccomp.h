/* What can be done about seccomp filters. */
#ifndef CRJVM_SECCOMP_H
#define CRJVM_SECCOMP_H

#include "target.h"

enum seccomp_way {
  SECCOMP_NONE,    /* no thread is filtered */
  SECCOMP_SUSPEND, /* criu suspends the filters, which takes CAP_SYS_ADMIN and a tracer without a filter of its own */
  SECCOMP_OBEY     /* the dump keeps to the filter, which is the helper's own and lets it through */
};

/* Is the caller's own filter, which stands for the JVM's, one that a dump gets through? False: why says what it forbids. */
bool is_own_filter_passable(struct reason *why);

/* Looks at every thread of the target. False: why says why it can't be dumped. */
bool choose_seccomp_way(const struct target *target, enum seccomp_way *way, struct reason *why);

/*
 * For criu's process, under SECCOMP_OBEY: what criu insists on, suspending the filter and reading it, seems to succeed without being done.
 * It takes away privileges only: no_new_privs is set.
 */
bool pretend_to_suspend(void);

#endif
