/* Finds out how many bits the addresses have that a process can use. */
#ifndef CRJVM_ADDRESS_BITS_H
#define CRJVM_ADDRESS_BITS_H

#include <stdint.h>

/* Every kernel for this processor gives programs the lower half of 48 bits, unless they ask for more. */
static inline uint32_t count_address_bits(void) { return 47; }

#endif
