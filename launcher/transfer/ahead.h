/* Checks memory while the rest of an image is still on its way. */
#ifndef CRJVM_AHEAD_H
#define CRJVM_AHEAD_H

#include "artifact.h"
#include "workers.h"

/* The memory of the image that is pulled, in pieces of BLOCK bytes. */
struct ahead {
  struct piece_task *pieces;
  size_t count, pending;
  bool *checked; /* the digest of a piece is right */
};

/* Prepares the checks. The folder has the digests of the memory, which were compared with the manifest. */
void start_checks(struct ahead *ahead, const struct artifact *artifact, int folder, const struct manifest *manifest, int memory);

/* Has those pieces checked that are complete now that this layer is. */
void note_layer(struct ahead *ahead, const struct layer *layer);

/* Takes a task that is done. Returns false if it is not one of these checks. */
bool take_check(struct ahead *ahead, const struct task *task);

/* Waits for all checks that have begun. There must be no other tasks. */
void await_checks(struct ahead *ahead);

#endif
