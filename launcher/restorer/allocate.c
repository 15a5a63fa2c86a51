/* Allocates memory for the restorer itself. */
#include "allocate.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <stddef.h>

#include "fallback.h"
#include "kernel_names.h"
#include "layout.h"
#include "syscall.h"

static uint64_t next_allocation = OWN_TEMPORARY;

void *allocate(uint64_t size) {
  uint64_t length = (size + PAGE_MOST - 1) & ~(PAGE_MOST - 1); /* a kernel with other pages is reported by name later */
  if (length > OWN_TEMPORARY_END - next_allocation) fail(NULL, "the image is too large for the restorer");
  long at = sys(mmap, next_allocation, length, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_POPULATE, -1, 0);
  if (at != (long)next_allocation) fail(NULL, "memory for the restorer: %e", at < 0 ? at : (long)-EEXIST);
  next_allocation += length;
  return (void *)at;
}
