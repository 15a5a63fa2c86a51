/* Computes CRC-32C (Castagnoli) of plans and of files whose content is checked. */
#ifndef CRJVM_CRC_H
#define CRJVM_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Continues a checksum. The first crc is 0. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length);
uint32_t crc32c_by_table(uint32_t crc, const void *bytes, size_t length);

#endif
