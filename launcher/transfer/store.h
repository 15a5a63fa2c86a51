/* The store of a machine: images under the digests that they have in registries, and references to them. */
#ifndef CRJVM_STORE_H
#define CRJVM_STORE_H

#include <stdbool.h>

#include "artifact.h"
#include "place.h"

struct store {
  const char *path;
  int images, entry; /* folders: of all images; of the one that is pulled */
  unsigned readers;  /* the permission bits with which others may read the store, and so its images */
};

/* Opens a store, which exists, and the entry for a digest in it, which is made if it is missing. */
void open_store(struct store *store, const char *path, const char *digest);

/* Ends the program if the image alone has more bytes than all images of the store may have. */
void ask_for_quota(const struct store *store, uint64_t bytes);

/* Removes what is left of an image that has no manifest, because a pull would not replace it. */
void remove_rest(const struct store *store);

/* Returns whether the entry has a complete image. Gives up if there are doubts about it. */
bool has_image(const struct store *store);

/* Counts the bytes and the blocks of the image in the entry. */
void count_content(const struct store *store, uint64_t *bytes, size_t *blocks);

/* Prepares the entry for an image, whose blocks are noted for pulls of others. */
void prepare_entry(const struct store *store, const struct artifact *artifact);

/* Finds the blocks of all images of the store, so that they are not fetched again. */
void find_stored_blocks(const struct store *store);

/* Finds those of the store that starts on this machine use, if there is one. */
void find_blocks_of_machine(void);

/* Forgets why an earlier image with this digest could not be used. */
void welcome_image(const struct store *store);

/* Lets the reference name an image. */
void refer(const struct store *store, const struct place *place, const char *digest);

#endif
