/* Compares an image with its own manifest, and tells damage from failures that say nothing about the image. */
#ifndef CRJVM_COMPARISON_H
#define CRJVM_COMPARISON_H

#include "manifest.h"

/* Compares the size and the digest of each file. Returns NULL if they are right. Returns a text, to be freed, if one is proven wrong. Gives up
 * if that can't be found out: a file can't be read, or there is no memory. Who owns the files does not matter: the restorer checks that. */
char *find_damage(int folder, const struct manifest *manifest);

/* Opens a file of an image. Returns -1 if there is no such regular file. */
int open_compared(int folder, const char *name, uint64_t *size);

#endif
