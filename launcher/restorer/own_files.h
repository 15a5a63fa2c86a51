/* Files that a start makes under a name, and those that an earlier one has left. The only part that removes and renames: by the
 * folder that it holds open, and only what belongs to this user, because others may write in the folder, too. */
#ifndef CRJVM_OWN_FILES_H
#define CRJVM_OWN_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* A name in a folder. Links on the way to the folder count, as they do for those who made the file; one under the name does not. */
struct location {
  int folder; /* open; an error of the kernel's: < 0 */
  const char *name;
};

/* The folder stays open, at whatever number is free; name: the end of path, which has to last. */
struct location find_location(const char *path);
/* Closes the folder, unless it is of a file that is remembered. */
void leave_location(const struct location *location);

/* 0, or an error. type: S_IFSOCK, or 0: any. Of another type, or another user's, the file stays (-EPERM). */
long remove_own(const struct location *location, uint32_t type);
/* A regular file to write to, which was not there; < 0: an error. */
long make_own(const struct location *location, uint32_t mode);
/* Gives it another name in the same folder, also when a file of this user's has that (-EPERM: another user's). 0, or an error. */
long rename_own(const struct location *location, const char *name);

/* Made by this start: a normal one would not have it. The folder may be exchanged for one that was open already. */
void remember_own(struct location *location);
void remove_remembered(void);
/* The start has succeeded, and they stay. */
void forget_remembered(void);

#endif
