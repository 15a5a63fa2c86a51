/* Checks and unpacks layers. */
#ifndef CRJVM_UNPACK_H
#define CRJVM_UNPACK_H

#include <stdbool.h>

#include "http.h"
#include "image_files.h"
#include "workers.h"

/* A layer on its way. */
struct job {
  struct task task; /* the first member */
  struct layer *layer;
  const struct image_file *file;
  struct body body;
  int attempts;
  bool soon; /* nobody waits for the disk */
};

/* Checks the layer's digest and writes those of its blocks that the file does not have: the work of a job's task. */
const char *unpack_layer(struct task *task, struct scratch *scratch);

#endif
