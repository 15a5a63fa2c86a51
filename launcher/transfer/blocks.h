/* Reads what an artifact says about its layers and blocks. */
#ifndef CRJVM_BLOCKS_H
#define CRJVM_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifest.h"
#include "pointers.h"

enum { BLOCK_MAX = 32 << 20, FILE_NAME = 65 };

/* The largest content of a delta, of what it refers to, and of its blob. */
enum { DELTA_MAX = 1 << 30, DELTA_BLOB_MAX = 256 << 20, STREAM_SHARE = 4 };

/* A part of a file, which is compressed by itself. */
struct block {
  uint64_t offset; /* in the file */
  uint32_t length;
  uint8_t digest[DIGEST]; /* of the content */
  uint32_t at, size;      /* of the compressed content in the blob */
  bool present;           /* the file has it */
};

/* A blob of LAYER_BASE has blocks of another image, of which this one is a delta. */
enum layer_kind { LAYER_BLOCKS, LAYER_BASE, LAYER_DELTA };

/* The parts of a delta, in their order in the blob: the content without pointers, which the base's content without pointers helps to unpack;
 * the addresses; the streams of pointers.h. */
enum delta_part { PART_MASKED, PART_RUNS, PART_STREAMS };
enum { DELTA_PARTS = (int)PART_STREAMS + (int)POINTER_STREAMS };

struct delta {
  uint64_t base; /* bytes of all blocks of the base */
  uint32_t low, high, shift;
  struct {
    uint32_t size; /* in the blob */
    uint64_t length;
  } parts[DELTA_PARTS];
};

/* A blob with blocks of one file. */
struct layer {
  enum layer_kind kind;
  struct delta delta; /* of a layer of this kind */
  char file[FILE_NAME];
  uint8_t digest[DIGEST];
  uint32_t size;
  struct block *blocks;
  size_t count;
  uint64_t length; /* of the content */
};

/* Adds a block from a line FILE OFFSET LENGTH SHA256, and AT SIZE if the layer has several. Returns false if it is wrong. */
bool add_block(struct layer *layer, const char *line, size_t length, bool several);

/* Reads BASE LOW HIGH SHIFT and, for each part, SIZE LENGTH of a layer with a delta, whose blocks have been added. Returns false if it is wrong. */
bool read_delta(struct layer *layer, const char *text);

/* Returns whether all blocks of all layers but those of the base are apart from each other. Their order stays as it is. */
bool are_disjoint(const struct layer *layers, size_t count);

uint64_t content_length(const struct layer *layer);

#endif
