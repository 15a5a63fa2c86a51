/* The memory of the process: the areas that the kernel gave this program, and those of the image. */
#ifndef CRJVM_MEMORY_H
#define CRJVM_MEMORY_H

#include <stdint.h>

void move_own_areas(void);

/* Address of the running kernel's vDSO, wherever it was moved to; 0: it has none. */
uint64_t running_vdso(void);
uint64_t running_vdso_size(void);

void map_areas(void);
void protect_areas(void); /* those that were writable for their copies only */
void write_words(void);

#endif
