/* Reads the helper's command line. */
#ifndef CRJVM_ARGUMENTS_H
#define CRJVM_ARGUMENTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "die.h"

enum { DEFAULT_TIME_LIMIT = 60 };

enum action { ACTION_DUMP, ACTION_CHECK, ACTION_VERSION, ACTION_HELP };

struct arguments {
  enum action action;
  pid_t pid;
  const char *images; /* absolute path, not yet looked at */
  int report;         /* a descriptor of the target, not of this process */
  int time_limit;     /* seconds */
};

extern const char usage_text[];

/* Returns false and describes the fault in why if the command line is wrong. It has no other effect. */
bool parse_arguments(int argc, char *const argv[], struct arguments *arguments, struct reason *why);

#endif
