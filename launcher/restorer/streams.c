/* Handles the descriptors that this process has inherited. */
#include "streams.h"

#include <linux/close_range.h>
#include <linux/fcntl.h>

#include "restorer.h"
#include "syscall.h"

/* Descriptors 0, 1 and 2 stay as they are. A closed one gets a placeholder until the end. */
static unsigned placeholders;

void hold_standard_streams(void) {
  for (;;) {
    long fd = sys(openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC);
    if (fd < 0) return;
    if (fd > 2) {
      sys(close, fd);
      return;
    }
    placeholders |= 1u << fd;
  }
}

bool is_closed_stream(int fd) { return placeholders >> fd & 1; }

void release_standard_streams(void) {
  for (int fd = 0; fd < 3; fd++)
    if (placeholders >> fd & 1) sys(close, fd);
}

void replace_standard_streams(const int *streams) {
  placeholders = 0;
  for (int fd = 0; fd < 3; fd++) {
    if (streams[fd] >= 0) sys(dup3, streams[fd], fd, 0);
    else sys(close, fd);
  }
  hold_standard_streams();
}

static void close_all(unsigned first, unsigned last) {
  if (first > last || sys(close_range, first, last, 0) == 0) return;
  for (unsigned fd = first; fd <= last && fd < 4096; fd++) sys(close, fd); /* before Linux 5.9 */
}

void close_all_but(const int *needed, int count) {
  const int64_t END = 1l << 32;
  for (int64_t first = 0, next; first < END; first = next + 1) {
    next = END;
    for (int i = 0; i < count; i++)
      if (needed[i] >= first && needed[i] < next) next = needed[i];
    if (next > first) close_all((unsigned)first, (unsigned)(next - 1));
  }
}

/* Closes all descriptors except those that arguments name: a tool that is called with <(COMMAND) reads one. */
void close_inherited(void) {
  int names[sizeof self.named / sizeof *self.named];
  int count = find_named_descriptors(&self.options, names, sizeof names / sizeof *names);
  unsigned first = 3;
  for (int i = 0; i < count; i++) {
    if (sys(fcntl, names[i], F_GETFD, 0) < 0) continue; /* it is not open */
    self.named[self.named_count++] = names[i];
    close_all(first, (unsigned)names[i] - 1);
    first = (unsigned)names[i] + 1;
  }
  close_all(first, ~0u);
}
