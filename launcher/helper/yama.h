/* Reads how far Yama, a security module of the kernel, allows tracing. */
#ifndef CRJVM_YAMA_H
#define CRJVM_YAMA_H

#include <stdbool.h>

/* Returns kernel.yama.ptrace_scope, '0' to '3', or 0 if the kernel has no Yama. */
char read_yama_scope(void);

/* Returns true if Yama lets only processes trace that have CAP_SYS_PTRACE. A user namespace of one's own gives that
 * capability. */
bool must_trace_by_capability(void);

#endif
