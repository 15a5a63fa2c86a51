/* Finds out how many bits the addresses have that a process can use. */
#include "address_bits.h"

#include <asm/errno.h>

#include "addresses.h"
#include "kernel_names.h"
#include "syscall.h"

/* Tries the lowest address that needs this many bits. The kernel refuses addresses beyond its end, and maps nothing over a
 * mapping. */
static int has_bits(uint32_t bits) {
  uint64_t address = 1ul << (bits - 1);
  long at = sys(mmap, address, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (at == (long)address) sys(munmap, address, PAGE_SIZE);
  return at == (long)address || at == -EEXIST;
}

uint32_t count_address_bits(void) {
  static const uint8_t BITS[] = {48, 47, 42, 39};
  for (unsigned i = 0; i < sizeof BITS; i++)
    if (has_bits(BITS[i])) return BITS[i];
  return 36;
}
