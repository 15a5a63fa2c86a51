/* Formats the helper's messages, which have one line each: they go to stderr or into a reason. */
#include "die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void copy_printable(char *to, size_t size, const char *from, size_t length) {
  size_t n = 0;
  for (; n < length && n + 1 < size; n++) {
    unsigned char c = (unsigned char)from[n];
    to[n] = (char)(c == '\t' ? ' ' : c < ' ' || c == 0x7f ? '?' : c);
  }
  to[n] = '\0';
}

_Noreturn void die(enum exit_status status, const char *format, ...) {
  va_list arguments;
  fputs("crjvm: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit((int)status);
}

void set_reason(struct reason *why, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why->text, sizeof why->text, format, arguments);
  va_end(arguments);
}
