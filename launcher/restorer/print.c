/* Prints lines on standard error. */
#include "print.h"

#include <asm/errno.h>

#include "syscall.h"

enum { STDERR = 2 };
enum { BLOCK = 0, SET_MASK = 2 }; /* SIG_BLOCK, SIG_SETMASK */

static uint64_t set_of(int signal) { return 1ul << (signal - 1); }

/* A write to a pipe without a reader, or beyond the limit of file sizes, sends a signal to this thread. It is blocked and taken
 * here, so that signal actions and mask stay as they are: the application may inherit them. */
void write_if_possible(int fd, const char *at, size_t length) {
  enum { PIPE = 13, SIZE = 25 }; /* SIGPIPE, SIGXFSZ */
  static const uint64_t no_time[2];
  uint64_t both = set_of(PIPE) | set_of(SIZE), before = 0, pending = 0;
  bool blocks = sys(rt_sigprocmask, BLOCK, &both, &before, 8) == 0;
  sys(rt_sigpending, &pending, 8);
  long error = sys(write, fd, at, length);
  uint64_t sent = error == -EPIPE ? set_of(PIPE) : error == -EFBIG ? set_of(SIZE) : 0;
  sent &= ~pending;
  if (sent) sys(rt_sigtimedwait, &sent, 0, no_time, 8);
  if (blocks) sys(rt_sigprocmask, SET_MASK, &before, 0, 8);
}

char printable(char c) {
  if ((unsigned char)c < ' ' || c == 0x7f) return '?';
  return c;
}

static char held_lines[1 << 14];
static struct text held = TEXT(held_lines);
static bool holds;

void hold_lines(void) { holds = true; }

void release_lines(void) {
  if (holds) write_if_possible(STDERR, held.at, held.length);
  holds = false;
}

void print_line(const struct text *line) {
  for (size_t i = 0; i + 1 < line->length; i++) line->at[i] = printable(line->at[i]);
  if (holds) append(&held, "%s", line->at);
  else write_if_possible(STDERR, line->at, line->length);
}
