/* System calls without a C library: the restorer replaces the whole address space, a libc's included. */
#ifndef CRJVM_SYSCALL_H
#define CRJVM_SYSCALL_H

#include <asm/unistd.h>

#include "system_call.h"

/* sys(openat, folder, name, flags): zero to six arguments, the result as the kernel gives it (errors are negative). */
#define SYS_SIX(number, a, b, c, d, e, f, ...) \
  system_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define sys(name, ...) SYS_SIX(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

#endif
