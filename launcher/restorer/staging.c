/* Keeps descriptors that are needed for a while at numbers that the plan does not use. */
#include "staging.h"

#include <linux/fcntl.h>

#include "fallback.h"
#include "restorer.h"
#include "syscall.h"

int move_up(int fd) {
  if (fd >= self.staging) return fd;
  long moved = sys(fcntl, fd, F_DUPFD_CLOEXEC, self.staging);
  if (moved < 0) fail("raise the limit of open files (ulimit -n)", "a descriptor: %e", moved);
  sys(close, fd);
  return (int)moved;
}

struct location stage_location(const char *path) {
  struct location location = find_location(path);
  if (location.folder >= 0) location.folder = move_up(location.folder);
  return location;
}
