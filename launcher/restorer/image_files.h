/* Opens the image's files, and compares what a file contains. */
#ifndef CRJVM_IMAGE_FILES_H
#define CRJVM_IMAGE_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* Opens a file of the image for reading. A FIFO doesn't hold the start up. Another process may hold a lease on a regular file, as file
 * servers do, and then this waits until the kernel has taken it back. Returns a negative error number if there is no such file. */
long open_part(const char *name, int flags);

/* Returns true if the open file has this size and checksum. Its position stays. */
bool open_file_has(int fd, uint64_t size, uint32_t crc);

/* Returns true if the file has this size and checksum. folder is open, or AT_FDCWD. */
bool has_content(int folder, const char *name, uint64_t size, uint32_t crc);

#endif
