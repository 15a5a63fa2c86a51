/* Hashes the files of an image and compares. */
#ifndef CRJVM_DIGESTS_H
#define CRJVM_DIGESTS_H

#include "manifest.h"

/* Returns when every file in the folder has the size and the content that the manifest says. */
void check_files(int folder, const struct manifest *manifest);

#endif
