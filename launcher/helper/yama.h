/* Reads how far Yama, a security module of the kernel's, allows tracing. */
#ifndef CRJVM_YAMA_H
#define CRJVM_YAMA_H

#include <stdbool.h>

/* kernel.yama.ptrace_scope: '0' to '3'; 0: the kernel has no Yama. */
char read_yama_scope(void);

/* Does Yama let only those trace who have CAP_SYS_PTRACE? In a user namespace of one's own that can be had. */
bool must_trace_by_capability(void);

#endif
