/* The files of an image while they are filled. */
#ifndef CRJVM_IMAGE_FILES_H
#define CRJVM_IMAGE_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "blocks.h"

struct image_file {
  char name[FILE_NAME];
  int fd;
  bool fresh; /* no earlier pull has written to it */
};

/* Opens a file in the folder, or makes it. What it does not contain yet is a hole. */
struct image_file open_image_file(int folder, const char *name, uint64_t size);

/* Returns whether the file contains the block. */
bool has_block(const struct image_file *file, const struct block *block);

/* Writes a block into a hole, which remains where the content is pages of zeroes. Returns false if the disk refuses. */
bool write_block(int fd, uint64_t offset, const uint8_t *content, size_t length);

#endif
