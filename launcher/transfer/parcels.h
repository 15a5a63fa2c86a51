/* Divides an image into layers, and packs them. */
#ifndef CRJVM_PARCELS_H
#define CRJVM_PARCELS_H

#include "blocks.h"
#include "workers.h"

/* A layer that is pushed. */
struct parcel {
  struct task task; /* the first member */
  struct layer layer;
  const uint8_t *content; /* the file */
  char *blob;             /* the compressed content, of layer.size bytes; NULL: not yet, or no longer */
  char *location;         /* where the registry wants it, or NULL */
  int attempts;
  int stage; /* of the upload */
};

/* Adds the layers of a file to the parcels. Returns how many there are then. The file stays mapped. */
size_t add_parcels(struct parcel **parcels, size_t count, int folder, const char *name);

/* Compresses the blocks of a parcel, each by itself, and computes the digest: the work of its task. */
const char *pack_parcel(struct task *task, struct scratch *scratch);

#endif
