/* Gets the blocks of the image on which a delta is based. */
#ifndef CRJVM_BASE_H
#define CRJVM_BASE_H

#include "artifact.h"
#include "delta.h"
#include "fetch.h"

/* Writes the blocks of all layers of this kind into the file, one after the other, and maps it. */
struct map fill_base(struct fetch *fetch, const struct artifact *artifact, const struct image_file *file);

/* Restores those blocks of the artifact's delta that the file does not have. The folder beside the image keeps the base until the pull is complete. */
void apply_delta(struct fetch *fetch, const struct artifact *artifact, const struct image_file *file, int folder);

uint64_t base_length(const struct artifact *artifact);

#endif
