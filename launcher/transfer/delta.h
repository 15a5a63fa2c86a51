/* Packs the memory of an image as a delta: what another image, its base, does not say. Class DeltaCoder does the same. */
#ifndef CRJVM_DELTA_H
#define CRJVM_DELTA_H

#include "blocks.h"

/* Memory that a file without a name holds, so that the kernel can write it to the disk. */
struct map {
  void *bytes;
  size_t length;
};

/* Returns memory of zeroes whose file is in the folder. Gives up if the disk is full. */
struct map map_scratch(int folder, uint64_t length);

void unmap(struct map *map);

/* Packs the content. Fills all numbers of the layer but those of its blocks. Returns the blob. Gives up if it would be too large. */
char *pack_delta(struct layer *layer, const struct pointer_rules *rules, const struct map *base, const struct map *content,
                 int folder);

/* Unpacks the blob into content, which has the layer's length. Returns NULL, or what is wrong. */
const char *unpack_delta(const struct layer *layer, const char *blob, const struct map *base, struct map *content, int folder);

#endif
