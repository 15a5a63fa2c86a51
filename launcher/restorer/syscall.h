/* System calls without a C library: the restorer replaces the whole address space, a libc's included. */
#ifndef CRJVM_SYSCALL_H
#define CRJVM_SYSCALL_H

#include <asm/unistd.h>

static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/* sys(openat, folder, name, flags): zero to six arguments, the result as the kernel gives it (errors are negative). */
#define SYS_SIX(number, a, b, c, d, e, f, ...) \
  system_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define sys(name, ...) SYS_SIX(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

#endif
