/* Keeps what the kernel tells each program about the machine (the auxiliary vector). */
#ifndef CRJVM_AUXILIARY_H
#define CRJVM_AUXILIARY_H

/* Copies the vector, which follows the environment on the stack that the kernel makes. That stack is unmapped later. */
void keep_auxiliary(const unsigned long *vector);

/* Returns a value of the vector, AT_… of linux/auxvec.h, or 0 if the kernel has not given it. The unit tests have this function from the C
 * library. */
unsigned long getauxval(unsigned long kind);

#endif
