/* Looks functions up in an ELF object in memory, as in the kernel's vDSO. */
#include "fuzz.h"
#include "vdso.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  unsigned char *elf = exact_copy(data, size);
  uint64_t offset = find_vdso_function(elf, size, "__vdso_clock_gettime");
  ALWAYS(offset < size || !offset);
  free(elf);
  return 0;
}
