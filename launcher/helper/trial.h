/* What a dump needs, tried out: does the seccomp filter that this process has inherited let it through, is tracing allowed? */
#ifndef CRJVM_TRIAL_H
#define CRJVM_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes, without effect and in processes of its own, the system calls that criu makes in the JVM, which would die of a filter that kills,
 * and those that it makes itself. Writes the names of the forbidden ones; returns how many there are, -1: it could not be tried.
 */
int find_forbidden_calls(char *names, size_t size);

/* Does whatever guards this machine (Yama, AppArmor, SELinux …) let a process trace another of the same user? */
bool is_tracing_allowed(void);

#endif
