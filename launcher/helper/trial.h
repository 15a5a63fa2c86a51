/* Tries out what a dump needs: it finds the calls that the inherited seccomp filter forbids, and finds out if tracing is
 * allowed. */
#ifndef CRJVM_TRIAL_H
#define CRJVM_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes the system calls that criu makes in the JVM and those that it makes itself, without effect and in processes of its own: a
 * filter may kill the process that makes a forbidden call. Writes the names of the forbidden calls. Returns how many there are,
 * or -1 if it could not try.
 */
int find_forbidden_calls(char *names, size_t size);

/* Returns true if the security modules of this machine (Yama, AppArmor, SELinux …) let a process trace another one of the same
 * user. */
bool is_tracing_allowed(void);

#endif
