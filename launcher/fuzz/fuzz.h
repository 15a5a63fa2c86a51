/* Functions that all fuzz targets use. A target is a function that takes an input and aborts when something is wrong. */
#ifndef CRJVM_FUZZ_H
#define CRJVM_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room); /* comes from the fuzzer */

#define ALWAYS(what) \
  do { \
    if (!(what)) { \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
      abort(); \
    } \
  } while (0)

/* Returns a copy in a block of exactly this size, so that the sanitizer sees a read beyond it. */
static inline void *exact_copy(const void *data, size_t size) {
  void *copy = calloc(1, size ? size : 1);
  if (!copy) abort();
  if (size) memcpy(copy, data, size);
  return copy;
}

/* Returns a copy with a NUL behind it, in a block of size + 1 bytes. */
static inline char *exact_string(const void *data, size_t size) {
  char *copy = malloc(size + 1);
  if (!copy) abort();
  if (size) memcpy(copy, data, size);
  copy[size] = 0;
  return copy;
}

/* Cuts words that each end with a NUL into an array that ends with NULL. Returns their number, at most room - 1. */
static inline int split_words(char *text, size_t size, char **words, int room) {
  int count = 0;
  for (size_t at = 0; at < size && count < room - 1; at += strlen(text + at) + 1) words[count++] = text + at;
  words[count] = NULL;
  return count;
}

#endif
