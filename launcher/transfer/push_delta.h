/* Makes a delta of an image that is pushed. */
#ifndef CRJVM_PUSH_DELTA_H
#define CRJVM_PUSH_DELTA_H

#include "artifact.h"
#include "fetch.h"
#include "manifest.h"
#include "parcels.h"

/* Keeps those layers of a variant that a delta may be based on: those of its memory, or those of its own base. Gives up if there
 * are none. */
void keep_base(struct artifact *base);

/* Replaces the parcels of the memory that the base does not have by one with a delta. Returns how many parcels there are then. */
size_t make_delta(struct fetch *fetch, const struct artifact *base, int folder, const struct manifest *manifest,
                  struct parcel *parcels, size_t count);

#endif
