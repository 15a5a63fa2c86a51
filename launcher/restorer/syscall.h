/* Makes system calls without a C library: the restorer replaces the whole address space, and a C library would be in it. */
#ifndef CRJVM_SYSCALL_H
#define CRJVM_SYSCALL_H

#include <asm/unistd.h>

#include "system_call.h"

/* sys(openat, folder, name, flags) takes zero to six arguments and returns the kernel's result (errors are negative). */
#define SYS_SIX(number, a, b, c, d, e, f, ...) \
  system_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define sys(name, ...) SYS_SIX(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

#endif
