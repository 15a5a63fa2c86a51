/* Prints the program's only output: a path or a cause. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void say(const char *text) {
  if (printf("%s.", text) < 0 || fflush(stdout)) exit(STATUS_UNTRUSTED);
}

void fail(int status, const char *format, ...) {
  char text[8192];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (char *at = text; *at; at++)
    if ((unsigned char)*at < ' ') *at = '?'; /* the text stays one line and has no control characters for a terminal */
  say(text);
  exit(status);
}
