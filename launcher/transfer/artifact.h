/* Reads the index of a tag and the manifest of a variant. */
#ifndef CRJVM_ARTIFACT_H
#define CRJVM_ARTIFACT_H

#include <jansson.h>

#include "blocks.h"
#include "remote.h"

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define INDEX_TYPE "application/vnd.oci.image.index.v1+json"
#define CHECKPOINT_TYPE "application/vnd.crjvm.checkpoint.v2"
#define OLDER_CHECKPOINT_TYPE "application/vnd.crjvm.checkpoint.v1"
#define BLOCKS_TYPE "application/vnd.crjvm.blocks.v1+zstd" /* of a layer with several blocks */
#define BLOCK_TYPE "application/vnd.crjvm.block.v1+zstd"

struct artifact {
  char digest[sizeof "sha256:" + 2ul * DIGEST]; /* of the variant's manifest */
  struct layer *layers;
  size_t count;
};

/* Chooses the variant that fits this machine best, or the last one. The artifact has nothing but its digest then. */
struct artifact choose_artifact(struct remote *remote, bool any);

/* Reads the manifest of the variant, if that has the requested digest. */
void read_layers(struct remote *remote, struct artifact *artifact);

/* Returns the variants of a tag, or NULL if the tag does not exist. Gives up if it stands for something else. */
json_t *read_entries(struct remote *remote);

#endif
