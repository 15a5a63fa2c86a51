/* Checks the files of an image while the rest of it is still on its way. */
#ifndef CRJVM_AHEAD_H
#define CRJVM_AHEAD_H

#include "artifact.h"
#include "image_files.h"
#include "manifest.h"
#include "workers.h"

/* The files of the image that is pulled: the memory in pieces of BLOCK bytes, and each other file as one piece. */
struct ahead {
  const struct manifest *manifest;
  struct piece_task *pieces; /* those of the memory come first; then there is one for each entry of the manifest */
  size_t count;              /* pieces of the memory */
  size_t pending;
  bool *checked; /* the digest of a piece is right */
};

/* Prepares the checks. The folder has the digests of the memory, which were compared with the manifest. files are the manifest's, open. */
void start_checks(struct ahead *ahead, const struct artifact *artifact, int folder, const struct manifest *manifest,
                  const struct image_file *files);

/* Has those pieces checked that are complete now that this layer is. */
void note_layer(struct ahead *ahead, const struct layer *layer);

/* Takes a task that is done. Returns false if it is not one of these checks. */
bool take_check(struct ahead *ahead, const struct task *task);

/* Waits for all checks that have begun. There must be no other tasks. */
void await_checks(struct ahead *ahead);

#endif
