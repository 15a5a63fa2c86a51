/* Reads what an artifact says about its layers and blocks. */
#ifndef CRJVM_BLOCKS_H
#define CRJVM_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifest.h"

enum { BLOCK_MAX = 32 << 20, FILE_NAME = 65 };

/* A part of a file, which is compressed by itself. */
struct block {
  uint64_t offset; /* in the file */
  uint32_t length;
  uint8_t digest[DIGEST]; /* of the content */
  uint32_t at, size;      /* of the compressed content in the blob */
  bool present;           /* the file has it */
};

/* A blob with blocks of one file. */
struct layer {
  char file[FILE_NAME];
  uint8_t digest[DIGEST];
  uint32_t size;
  struct block *blocks;
  size_t count;
};

/* Adds a block from a line FILE OFFSET LENGTH SHA256, and AT SIZE if the layer has several. Returns false if it is wrong. */
bool add_block(struct layer *layer, const char *line, size_t length, bool several);

/* Returns whether all blocks of all layers are apart from each other. Sorts nothing. */
bool are_disjoint(const struct layer *layers, size_t count);

uint64_t content_length(const struct layer *layer);

#endif
