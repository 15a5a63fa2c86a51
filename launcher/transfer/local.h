/* Finds blocks in images that are on this machine. */
#ifndef CRJVM_LOCAL_H
#define CRJVM_LOCAL_H

#include "blocks.h"

/* Cuts the image in the folder into blocks, if there is one. */
void find_local_blocks(int above, const char *name);

/* The file of an image in a store to which the last block belonged. */
struct local_file {
  int folder; /* the image */
  char name[FILE_NAME];
  const uint8_t *content; /* NULL: it can't be used */
  uint64_t size;
};

/* Adds a block that is noted for a file of an image. Then sort_local_blocks has to be called. */
void add_local_block(struct local_file *file, const char *name, const struct block *block);
void sort_local_blocks(void);

/* Writes the block's content, if this machine has it. Returns false if not. */
bool copy_local_block(const struct block *block, int fd);

#endif
