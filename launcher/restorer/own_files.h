/* Handles files that a start makes under a name, and those that an earlier one has left. No other part removes or renames files.
 * It works in the folder that it holds open, and only on files of this user, because others may be able to write to the folder,
 * too. */
#ifndef CRJVM_OWN_FILES_H
#define CRJVM_OWN_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* A name in a folder. Links on the way to the folder are followed, as the process that made the file did. A link under the name
 * itself is not. */
struct location {
  int folder; /* open, or a negative error of the kernel */
  const char *name;
};

/* The folder stays open, at any free number. name becomes the end of path, which must stay valid. */
struct location find_location(const char *path);
/* Closes the folder, unless a remembered file is in it. */
void leave_location(const struct location *location);

/* Returns 0, or an error. type is S_IFSOCK, or 0 for any. A file of another type or of another user stays (-EPERM). */
long remove_own(const struct location *location, uint32_t type);
/* Makes a regular file for writing, which must not exist yet. Returns a descriptor, or an error. */
long make_own(const struct location *location, uint32_t mode);
/* Renames the file within its folder. The new name may belong to a file of this user's, but not of another user's (-EPERM).
 * Returns 0, or an error. */
long rename_own(const struct location *location, const char *name);

/* Renames the file within its folder to a name that is not taken. Returns 0, -EEXIST, or another error. */
long rename_new(const struct location *location, const char *name);

/* Remembers a file that this start has made: a normal start would not have it. The folder's descriptor may be replaced by one
 * that was open already. */
void remember_own(struct location *location);
void remove_remembered(void);
/* Keeps the files, because the start has succeeded. */
void forget_remembered(void);

#endif
