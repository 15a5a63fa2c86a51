/* Is a minimal test framework: a case is a function, and a failed expectation ends the program. */
#ifndef CRJVM_CHECK_H
#define CRJVM_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: %s: expected %s\n", __FILE__, __LINE__, __func__, #condition); \
      exit(1); \
    } \
  } while (0)

#define RUN(test) (test(), passed++)

/* Says that a case is skipped if an emulator of programs runs the tests: none has seccomp filters. The Makefiles set the variable. */
#define RUN_WITH_FILTERS(run, test) \
  do { \
    if (getenv("CRJVM_EMULATED")) printf("skipped %s: the emulator has no seccomp filters\n", #test); \
    else run(test); \
  } while (0)

static int passed;

static inline int conclude(const char *name) {
  printf("%s: %d passed, 0 failed\n", name, passed);
  return 0;
}

#endif
