/* Ends the process with one line on stderr. The helper fails in no other way before it becomes a daemon. */
#ifndef CRJVM_DIE_H
#define CRJVM_DIE_H

#include <stddef.h>

enum exit_status {
  EXIT_OK = 0,
  EXIT_FAILED = 1, /* the dump can't be made: the line says why */
  EXIT_USAGE = 2,  /* the helper was called wrongly */
  /* crjvm checkpoint uses these, as the launcher does: */
  EXIT_OWN_FAILURE = 125,
  EXIT_NOT_EXECUTABLE = 126,
  EXIT_NOT_FOUND = 127
};

/* One line of text for users. It gives a cause and says what to do about it. */
struct reason {
  char text[768];
};

_Noreturn void die(enum exit_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

void set_reason(struct reason *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies at most size-1 bytes and replaces every byte that could disturb a line of text by a '?'. */
void copy_printable(char *to, size_t size, const char *from, size_t length);

#endif
