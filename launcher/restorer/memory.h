/* Moves the areas that the kernel gave this program, and maps those of the image. */
#ifndef CRJVM_MEMORY_H
#define CRJVM_MEMORY_H

#include <stdint.h>

void move_own_areas(void);

/* Returns the address of the running kernel's vDSO after it was moved, or 0 if there is none. */
uint64_t running_vdso(void);
uint64_t running_vdso_size(void);

void map_areas(void);
void protect_areas(void); /* protects areas that were writable only to be filled */
void write_words(void);

#endif
