/* Keeps what the kernel tells each program about the machine (the auxiliary vector). */
#include "auxiliary.h"

enum { KINDS = 64 };
static unsigned long values[KINDS];

void keep_auxiliary(const unsigned long *vector) {
  for (; vector[0]; vector += 2)
    if (vector[0] < KINDS) values[vector[0]] = vector[1];
}

unsigned long getauxval(unsigned long kind) { return kind < KINDS ? values[kind] : 0; }
