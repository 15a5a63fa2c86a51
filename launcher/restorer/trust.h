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

bool others_can_write(const struct stat *status);
/* Returns true if nobody else can replace the file, or anything in the folder. */
bool is_closed(const struct stat *status);

/* Returns if nobody else can write to a file of the image. */
void check_image_file(const struct stat *status, const char *name);

#endif
