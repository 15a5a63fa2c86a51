/* Makes one dump. It first validates everything that can be validated beforehand. */
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

/* Uses the caller's own rights only. Returns false and describes in why what makes the dump impossible. */
bool prepare_dump(const struct arguments *arguments, struct dump *dump, struct reason *why);

/* Has criu make the dump and tells the JVM the outcome. */
void make_dump(const struct dump *dump);

/* Closes the caller's streams and leaves its folder, so that the JVM sees that its pipes to the helper are closed. */
bool detach_streams(void);

#endif
