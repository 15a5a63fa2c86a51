/* Reads how far Yama, a security module of the kernel, allows tracing. */
#include "yama.h"

#include <fcntl.h>
#include <unistd.h>

char read_yama_scope(void) {
  char scope = 0;
  int file = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  if (read(file, &scope, 1) != 1) scope = 0;
  close(file);
  return scope;
}

bool must_trace_by_capability(void) { return read_yama_scope() == '2'; }
