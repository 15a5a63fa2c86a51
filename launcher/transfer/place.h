/* Reads the name of a place in a registry. */
#ifndef CRJVM_PLACE_H
#define CRJVM_PLACE_H

#include <stdbool.h>

struct place {
  const char *shown; /* as the user has written it */
  char *host;        /* with the port, if there is one */
  char *name;
  char *tag;
};

/* Reads oci://HOST/NAME:TAG. Returns false for names that this program leaves to the Java client: wrong ones, and those of Docker's
 * registry, which has another address than name. */
bool read_place(struct place *place, const char *text);

/* Returns whether the host is this machine, by its name. */
bool is_loopback(const char *host);

#endif
