/* Finds out how many bits the addresses have that a process can use. */
#ifndef CRJVM_ADDRESS_BITS_H
#define CRJVM_ADDRESS_BITS_H

#include <stdint.h>

/* Kernels are built for 36 to 48 bits. */
uint32_t count_address_bits(void);

#endif
