/* One dump: everything that can be validated beforehand, and then the dump itself. */
#ifndef CRJVM_DUMP_H
#define CRJVM_DUMP_H

#include "arguments.h"
#include "seccomp.h"
#include "target.h"

struct dump {
  struct target target;
  enum seccomp_way way;
  int images, report, time_limit;
};

/* With the caller's own rights only; false: why says what makes the dump impossible. */
bool prepare_dump(const struct arguments *arguments, struct dump *dump, struct reason *why);

/* Has criu make it and tells the JVM what came of it. */
void make_dump(const struct dump *dump);

/* Lets go of the caller's streams and folder: the JVM sees its pipes to the helper closed. */
bool detach_streams(void);

#endif
