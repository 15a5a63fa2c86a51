/* Decides whose files are trusted: root's, this user's and the image owner's. */
#ifndef CRJVM_TRUST_H
#define CRJVM_TRUST_H

#include <stdbool.h>
#include <stdint.h>

struct stat;

/* Finds out which users are trusted. The image's folder has to be open. */
void find_users(void);

bool is_own_user(uint32_t user);     /* true for root or this user */
bool is_trusted_user(uint32_t user); /* true for the image's owner, too */

/* Others that can write to a file, in words that a sentence can begin with, and what to do about it. */
struct writers {
  const char *who, *hint;
};

/* Returns who can write to a file beside its owner, root and this user: who is NULL if there is nobody. path leads to the file, which
 * must be no link. A group counts as others unless it is the administrators', or nobody else is in it. */
struct writers find_writers(const struct stat *status, const char *path);
struct writers find_writers_of_open(const struct stat *status, int fd);
/* Looks for those who can replace the file, or anything in the folder. */
struct writers find_replacers_of_open(const struct stat *status, int fd);

/* Returns if a file of the image is a regular file that belongs to a trusted user, and nobody else can write to it. */
void check_image_file(const struct stat *status, int fd, const char *name);
/* The same for a file that is not open. path leads to it. */
void check_image_file_at(const struct stat *status, const char *path, const char *name);

#endif
