/* Reads the names in an open folder. */
#ifndef CRJVM_NAMES_H
#define CRJVM_NAMES_H

struct names {
  int folder;
  long got, at; /* got: bytes that were read, or a negative error of the kernel */
};

/* Returns the next name, in no particular order, or NULL after the last. Only one folder can be read at a time. */
const char *next_name(struct names *names);

#endif
