/* Files that nobody but the caller and root can change. */
#ifndef CRJVM_FILES_H
#define CRJVM_FILES_H

#include <stddef.h>
#include <stdint.h>

struct content {
  char *bytes; /* with a NUL byte behind them */
  size_t length;
};

/* Opens what lies at a path without symbolic links. It, and every folder above it, has to belong to the caller or to root and to be
 * writable by nobody else, so that it stays what it is: others could put something else in its place, or into it, after the check.
 * Folders above may be sticky, as /tmp is: there nobody can replace what is not theirs. */
int open_safely(const char *path, int flags);

/* A folder above something: it may be sticky itself. */
int open_folder_above(const char *path);

/* A regular file in a folder that was opened so. */
int open_file(int folder, const char *name, uint64_t *size);

struct content read_all(int fd, const char *name, size_t most);

#endif
