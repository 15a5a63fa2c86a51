/* Separates the pointers in the memory of a process from everything else, and predicts them by the memory of another process of the same
 * application. Class PointerCoder does the same. */
#ifndef CRJVM_POINTERS_H
#define CRJVM_POINTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From this position on, in words, the content was at this address and behind it. */
struct address_run {
  uint64_t position, address;
};

/* A word is one pointer, if its upper half says so, or two halves. A half is one if it lies in the range, which is empty for a heap without
 * compressed pointers. Compressed pointers are addresses that were shifted to the right. */
struct pointer_rules {
  uint32_t low, high, shift;
  const struct address_run *runs; /* ascending */
  size_t run_count;
};

enum pointer_stream { SYMBOLS, NEAR, NEXT, RECENT, FAR, POINTER_STREAMS };

struct stream {
  uint8_t *bytes;
  size_t length, at;
};

bool are_valid(const struct pointer_rules *rules);

/* Copies words, with the same mark in the place of all pointers of a kind. */
void mask_pointers(const struct pointer_rules *rules, const uint64_t *from, uint64_t *to, size_t count);

/* Writes what can't be predicted of the content's pointers to the streams, which have enough room: count_slots says how many bytes
 * SYMBOLS needs at most, and 8 times as many suffice for any other. Returns false if there is no memory. */
bool code_pointers(const struct pointer_rules *rules, const uint64_t *base, size_t base_count, const uint64_t *content,
                   size_t count, struct stream *streams);

/* Restores the pointers of a content that was masked. Returns false if the streams do not fit it, or if there is no memory. */
bool restore_pointers(const struct pointer_rules *rules, const uint64_t *base, size_t base_count, uint64_t *content, size_t count,
                      struct stream *streams);

uint64_t count_slots(const struct pointer_rules *rules, const uint64_t *content, size_t count);

#endif
