/* Kernel objects that ObjectApplication makes, by name. */
#ifndef CRJVM_IT_OBJECTS_H
#define CRJVM_IT_OBJECTS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* It is for memfd_create, O_TMPFILE and O_PATH. */
#endif
#include <stdbool.h>
#include <stdio.h>

struct object {
  const char *name;
  int (*make)(const char *folder); /* Returns the descriptor for messages, 0 if there is none, or -1 with the reason in errno. */
  const char *(*check)(void);      /* Returns NULL or the change. Without a function, there is nothing to check. */
  void (*drop)(int fd);            /* Without a function, the descriptor is closed. */
};

extern const struct object carried[], advised[], held[], refused[], obstacles[]; /* Each list ends with a name of NULL. */

int create_file(const char *folder, const char *name, int flags, const char *content);
void remove_file(const char *folder, const char *name);

#endif
