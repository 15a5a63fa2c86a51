/* Limits the system calls that criu may make to a list, by a seccomp filter. Opens and execs wait for the supervisor. So does
 * every call that is not in the list, so that the supervisor can report its refusal. */
#ifndef CRJVM_CALLS_H
#define CRJVM_CALLS_H

/* Confines the calling process and all its descendants. Returns the listener, or -1 with the cause in errno. */
int confine_calls(void);

#endif
