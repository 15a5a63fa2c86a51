/* Computes CRC-32C by an instruction of the processor. */
#ifndef CRJVM_CRC_INSTRUCTION_H
#define CRJVM_CRC_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool has_crc_instruction(void);

/* Continues a checksum, as crc32c does. */
uint32_t crc32c_by_instruction(uint32_t crc, const void *bytes, size_t length);

#endif
