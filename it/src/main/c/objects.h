/* Kernel objects that ObjectApplication makes, by name. */
#ifndef CRJVM_IT_OBJECTS_H
#define CRJVM_IT_OBJECTS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create, O_TMPFILE, O_PATH */
#endif
#include <stdbool.h>
#include <stdio.h>

struct object {
  const char *name;
  int (*make)(const char *folder); /* the descriptor that is named in messages; 0: none; -1: errno says why not */
  const char *(*check)(void);      /* NULL, or what is not as it was; no function: nothing to look at */
  void (*drop)(int fd);            /* no function: close */
};

extern const struct object carried[], advised[], held[], refused[], obstacles[]; /* end with a name of NULL */

int create_file(const char *folder, const char *name, int flags, const char *content);
void remove_file(const char *folder, const char *name);

#endif
