/* Opens files that nobody but the caller and root can change. */
#ifndef CRJVM_FILES_H
#define CRJVM_FILES_H

#include <stddef.h>
#include <stdint.h>

struct content {
  char *bytes; /* a NUL byte follows them */
  size_t length;
};

/* Opens a path that has no symbolic links. The file and every folder above it must belong to the caller or to root, and nobody
 * else may be able to write to them. Otherwise another user could replace or change the file after the check. Folders above may
 * be sticky, as /tmp is: in those, users can only replace their own files. */
int open_safely(const char *path, int flags);

/* Opens a folder that contains another one. It may be sticky itself. */
int open_folder_above(const char *path);

/* Opens a regular file in a folder that was opened safely. */
int open_file(int folder, const char *name, uint64_t *size);

struct content read_all(int fd, const char *name, size_t most);

#endif
