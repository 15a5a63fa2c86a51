/* Reads signals from a descriptor. */
#include "signal_descriptor.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "syscall.h"

enum { SET_MASK = 2, SIGINFO = 128 }; /* SIG_SETMASK; bytes of struct signalfd_siginfo, which begins with the number */

int open_signals(uint64_t *before) {
  static const uint64_t ALL = ~0ul;
  sys(rt_sigprocmask, SET_MASK, &ALL, before, 8);
  long descriptor = sys(signalfd4, -1, &ALL, 8, O_CLOEXEC);
  if (descriptor < 0) sys(rt_sigprocmask, SET_MASK, before, 0, 8);
  return (int)descriptor;
}

int read_signal(int descriptor) {
  uint32_t info[SIGINFO / 4];
  long got = sys(read, descriptor, info, sizeof info);
  return got == sizeof info ? (int)info[0] : got < 0 ? (int)got : -EIO;
}

void close_signals(int descriptor, uint64_t before) {
  sys(close, descriptor);
  sys(rt_sigprocmask, SET_MASK, &before, 0, 8);
}
