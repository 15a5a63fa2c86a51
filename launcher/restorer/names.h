/* The names in an open folder. */
#ifndef CRJVM_NAMES_H
#define CRJVM_NAMES_H

struct names {
  int folder;
  long got, at; /* got: bytes that were read; < 0: an error of the kernel's */
};

/* In no order; NULL: there are no more. One folder at a time. */
const char *next_name(struct names *names);

#endif
