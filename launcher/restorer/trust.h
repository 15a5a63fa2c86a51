/* Tells whose files are trusted: root's, this user's and the image owner's. */
#ifndef CRJVM_TRUST_H
#define CRJVM_TRUST_H

#include <stdbool.h>
#include <stdint.h>

struct stat;

/* Finds out who they are. The image's folder has to be open. */
void find_users(void);

bool is_own_user(uint32_t user);     /* root's, or this one */
bool is_trusted_user(uint32_t user); /* or the image's owner */

bool others_can_write(const struct stat *status);
/* True: nobody else can replace the file, or anything in the folder. */
bool is_closed(const struct stat *status);

/* Returns when nobody else can write to a file of the image. */
void check_image_file(const struct stat *status, const char *name);

#endif
