/* Opens and checks the image folder. */
#ifndef CRJVM_IMAGE_H
#define CRJVM_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

void open_image(void);
void check_files(void);

/* Returns true if the file has this size and checksum. folder is open, or AT_FDCWD. */
bool has_content(int folder, const char *name, uint64_t size, uint32_t crc);

#endif
