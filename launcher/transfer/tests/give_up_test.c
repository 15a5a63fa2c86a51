/* Tests how the program ends when the transfer can't go on. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "give_up.h"

enum { HANDLER = 77 };

static int failures;

#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("give_up_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

/* Stands for the handler with which libcrypto frees what the other threads still use. */
static void destroy(void) { _exit(HANDLER); }

static void end_alone(void) { give_up("there is no \"%s\"", "reason"); }

static void end_refused_alone(void) { end_refused("there is no \"%s\"", "reason"); }

static void fail_alone(void) { fail(1, "there is no \"%s\"", "reason"); }

static void end_without_java(void) {
  static char *java[] = {"/nonexistent/java", NULL};
  set_java_client(java);
  give_up("there is no \"%s\"", "reason");
}

static int status_of(void (*end)(void)) {
  int status;
  pid_t child = fork();
  if (!child) {
    if (!freopen("/dev/null", "w", stderr) || atexit(destroy)) _exit(2);
    end();
    _exit(3);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

int main(void) {
  CHECK(status_of(end_alone) == 1);
  CHECK(status_of(end_refused_alone) == 1);
  CHECK(status_of(fail_alone) == 1);
  CHECK(status_of(end_without_java) == 1);
  if (!failures) printf("give_up_test: passed\n");
  return failures != 0;
}
