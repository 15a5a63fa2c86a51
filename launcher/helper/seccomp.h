/* Decides how a dump deals with seccomp filters. */
#ifndef CRJVM_SECCOMP_H
#define CRJVM_SECCOMP_H

#include "target.h"

enum seccomp_way {
  SECCOMP_NONE,    /* no thread has a filter */
  SECCOMP_SUSPEND, /* criu suspends the filters; it needs CAP_SYS_ADMIN and must have no filter itself */
  SECCOMP_OBEY     /* the dump runs under the filter, which is the helper's own and allows all its calls */
};

/* Returns true if a dump works under the caller's own filter, which is assumed to be the JVM's. Returns false and says in why
 * what the filter forbids. */
bool is_own_filter_passable(struct reason *why);

/* Looks at every thread of the target. Returns false and says in why the reason that the target can't be dumped. */
bool choose_seccomp_way(const struct target *target, enum seccomp_way *way, struct reason *why);

/*
 * Runs in criu's process, under SECCOMP_OBEY. criu insists on suspending the filter and reading it. After this call both seem to
 * succeed but are not done. It only takes away privileges: no_new_privs is set.
 */
bool pretend_to_suspend(void);

#endif
