/* Leaves the work to the Java client, which can do everything that this program can't, and explains every failure. */
#include "give_up.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"

static char **java;
static const char *erasure = "";

void set_java_client(char **command) { java = command; }

void set_erasure(const char *text) { erasure = text; }

/* Makes the cause printable, and the terminal's line empty. */
static void begin_message(char *cause) {
  for (char *at = cause; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f) *at = '?';
  fputs(erasure, stderr);
  fflush(stderr);
}

/* Calls no exit handlers: libcrypto's frees what the threads of workers.c and machine.c still use. */
static _Noreturn void end(char *cause) {
  const char *debug = getenv("CRJVM_DEBUG");
  begin_message(cause);
  if (!java) {
    dprintf(STDERR_FILENO, "crjvm: the transfer without a JVM failed: %s; set CRJVM_TRANSFER=java\n", cause);
    _exit(1);
  }
  if (debug && !strcmp(debug, "1")) fprintf(stderr, "crjvm: the Java client goes on: %s\n", cause);
  fflush(stderr);
  setenv("CRJVM_TRANSFER", "java", 1);
  execv(java[0], java);
  fprintf(stderr, "crjvm: \"%s\" can't be executed; unpack the distribution again\n", java[0]);
  _exit(1);
}

void give_up(const char *format, ...) {
  char cause[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(cause, sizeof cause, format, arguments);
  va_end(arguments);
  end(cause);
}

void end_refused(const char *format, ...) {
  char cause[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(cause, sizeof cause, format, arguments);
  va_end(arguments);
  begin_message(cause);
  dprintf(STDERR_FILENO, "crjvm: %s\n", cause);
  _exit(1);
}

/* The files of the verifier call this function when they fail. */
void fail(int status, const char *format, ...) {
  char cause[4096];
  va_list arguments;
  (void)status;
  va_start(arguments, format);
  vsnprintf(cause, sizeof cause, format, arguments);
  va_end(arguments);
  end(cause);
}

void *allocate(size_t size) {
  void *bytes = malloc(size ? size : 1);
  if (!bytes) give_up("out of memory");
  return bytes;
}

void *enlarge(void *bytes, size_t count, size_t size) {
  void *more = reallocarray(bytes, count ? count : 1, size);
  if (!more) give_up("out of memory");
  return more;
}
