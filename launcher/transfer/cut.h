/* Cuts a file into blocks by its content. */
#ifndef CRJVM_CUT_H
#define CRJVM_CUT_H

#include <stddef.h>
#include <stdint.h>

struct span {
  uint64_t offset;
  uint32_t length;
};

/* Returns the spans of the content, in their order. Zeroes between them belong to none. */
struct span *cut_content(const uint8_t *content, uint64_t size, size_t *count);

#endif
