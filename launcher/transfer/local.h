/* Finds blocks that this machine has: in the image that is replaced, or in its store. */
#ifndef CRJVM_LOCAL_H
#define CRJVM_LOCAL_H

#include "blocks.h"

/* Cuts the image in the folder into blocks, if there is one. */
void find_local_blocks(int above, const char *name);

/* Adds the blocks that the machine's store has noted, if there is one. */
void find_stored_blocks(void);

/* Writes the block's content, if this machine has it. Returns false if not. */
bool copy_local_block(const struct block *block, int fd);

#endif
