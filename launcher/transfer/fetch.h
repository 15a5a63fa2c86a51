/* Gets the blobs of layers, several at a time. */
#ifndef CRJVM_FETCH_H
#define CRJVM_FETCH_H

#include "ahead.h"
#include "image_files.h"
#include "remote.h"

struct fetch {
  struct remote *remote;
  uint64_t total, done; /* bytes of content, for the progress */
  uint64_t transferred;
  bool soon; /* nobody waits for the disk */
  struct ahead ahead;
};

/* Fills files with the layers. files[i] belongs to layers[i]. */
void fetch_layers(struct fetch *fetch, struct layer **layers, const struct image_file *const *files, size_t count);

/* Takes the blocks that an earlier pull has got, and those that are elsewhere on this machine. Returns whether all of the layer
 * is there. */
bool take_present(const struct image_file *file, struct layer *layer);

/* Returns the blob of a layer, whose digest is checked. */
struct body fetch_blob(struct fetch *fetch, const struct layer *layer);

#endif
