/* Ends the process with one line on stderr: the only way in which the helper fails before it is a daemon. */
#ifndef CRJVM_DIE_H
#define CRJVM_DIE_H

#include <stddef.h>

enum exit_status {
  EXIT_OK = 0,
  EXIT_FAILED = 1, /* the dump can't be made: the line says why */
  EXIT_USAGE = 2,  /* the helper was called wrongly */
  /* Of crjvm checkpoint, as of the launcher: */
  EXIT_OWN_FAILURE = 125,
  EXIT_NOT_EXECUTABLE = 126,
  EXIT_NOT_FOUND = 127
};

/* One line of text for a person: a cause and what to do about it. */
struct reason {
  char text[768];
};

_Noreturn void die(enum exit_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

void set_reason(struct reason *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies at most size-1 bytes and makes every byte that could disturb a line of text a '?'. */
void copy_printable(char *to, size_t size, const char *from, size_t length);

#endif
