/* What criu may ask of the kernel: a list, kept by a seccomp filter. Opens and execs wait for the supervisor, and so does whatever is not
 * in the list, so that its refusal can be told. */
#ifndef CRJVM_CALLS_H
#define CRJVM_CALLS_H

/* For the calling process and all that it becomes. Returns the listener, or -1: errno says why. */
int confine_calls(void);

#endif
