/* Computes CRC-32C (Castagnoli) of plans and of files whose content is checked. */
#include "crc.h"

#include "crc_instruction.h"

static uint32_t table[256];

static void fill_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t v = i;
    for (int bit = 0; bit < 8; bit++) v = v & 1 ? v >> 1 ^ 0x82f63b78u : v >> 1;
    table[i] = v;
  }
}

uint32_t crc32c_by_table(uint32_t crc, const void *bytes, size_t length) {
  const unsigned char *p = bytes;
  if (!table[1]) fill_table();
  crc = ~crc;
  while (length--) crc = table[(crc ^ *p++) & 0xff] ^ crc >> 8;
  return ~crc;
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t length) {
  static int has_instruction = -1;
  if (has_instruction < 0) has_instruction = has_crc_instruction();
  return has_instruction ? crc32c_by_instruction(crc, bytes, length) : crc32c_by_table(crc, bytes, length);
}
