/* Tells whether a file is still the same one, unchanged. */
#ifndef CRJVM_IDENTITY_H
#define CRJVM_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

/* Any change of a file's content or owner changes its time of change, which nobody can set. */
struct file_identity {
  uint64_t device, number, size;
  int64_t changed[2]; /* seconds, nanoseconds */
};

bool is_same_file(const struct file_identity *a, const struct file_identity *b);

/* Returns 0, or an error. folder is open, or AT_FDCWD. */
long identify_file(int folder, const char *name, struct file_identity *into);
long identify_open(int fd, struct file_identity *into);

#endif
