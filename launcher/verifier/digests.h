/* Hashes the files of an image and compares. */
#ifndef CRJVM_DIGESTS_H
#define CRJVM_DIGESTS_H

#include "manifest.h"

/* Returns when every file in the folder has the size and the content that the manifest says. */
void check_files(int folder, const struct manifest *manifest);

/* Returns when every file that the image requires outside of it has its digest, and lies where nobody but the caller and root can put
 * another in its place. maps: of the command line, OLD=NEW. */
void check_required(const struct manifest *manifest, char **maps, int map_count);

/* Returns when nothing else is there: a restore opens what is named in the folder. */
void check_closed(int folder, const struct manifest *manifest);

#endif
