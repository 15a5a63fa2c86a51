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
  struct ahead ahead;
};

/* Fills files with the layers. files[i] belongs to layers[i]. */
void fetch_layers(struct fetch *fetch, struct layer **layers, const struct image_file *const *files, size_t count);

#endif
