/* Prints lines on standard error. */
#include "print.h"

#include "syscall.h"

enum { STDERR = 2 };

char printable(char c) {
  if ((unsigned char)c < ' ' || c == 0x7f) return '?';
  return c;
}

void print_line(const struct text *line) {
  for (size_t i = 0; i + 1 < line->length; i++) line->at[i] = printable(line->at[i]);
  sys(write, STDERR, line->at, line->length);
}
