/* Is a minimal test framework. */
#ifndef CRJVM_CHECK_H
#define CRJVM_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

#define CHECK(what) \
  do { \
    if (what) passed++; \
    else failed++, printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
  } while (0)

static inline int finish(const char *name) {
  printf("%s: %d passed, %d failed\n", name, passed, failed);
  return failed != 0;
}

#endif
