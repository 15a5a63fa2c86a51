/* Hashes the files of an image and compares the digests. */
#ifndef CRJVM_DIGESTS_H
#define CRJVM_DIGESTS_H

#include "files.h"
#include "manifest.h"

/* Returns the digests of the memory's blocks, one per line, if they are those of the manifest. */
struct content read_digests(int folder, const struct manifest *manifest);

/* These blocks of the memory and these files, in the manifest's order, were compared before. */
struct checked {
  const bool *blocks, *files;
};

/* Returns if every file in the folder has the size and the content that the manifest gives. checked: NULL if nothing was compared
 * before. */
void check_files(int folder, const struct manifest *manifest, const struct checked *checked);

/* Returns if every file outside of the image that the image requires has its digest, and nobody but the caller and root can
 * replace it. maps has the OLD=NEW of the command line. */
void check_required(const struct manifest *manifest, char **maps, int map_count);

/* Returns if the folder has no other file: a restore opens files of the folder by name. */
void check_closed(int folder, const struct manifest *manifest);

#endif
