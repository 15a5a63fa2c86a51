/* CRC-32C (Castagnoli): of plans and of files whose content is checked. */
#include "crc.h"

#include <cpuid.h>
#include <stdbool.h>

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

/* The instruction in assembler: the program is compiled for any x86-64. */
static uint32_t crc32c_by_instruction(uint32_t crc, const void *bytes, size_t length) {
  const unsigned char *p = bytes;
  uint64_t v = ~crc;
  for (; length >= 8; p += 8, length -= 8) {
    uint64_t word;
    __builtin_memcpy(&word, p, 8);
    __asm__("crc32q %1, %0" : "+r"(v) : "rm"(word));
  }
  uint32_t rest = (uint32_t)v;
  for (; length; p++, length--) __asm__("crc32b %1, %0" : "+r"(rest) : "rm"(*p));
  return ~rest;
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t length) {
  static int has_instruction = -1;
  if (has_instruction < 0) {
    unsigned a, b, c = 0, d;
    has_instruction = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
  }
  return has_instruction ? crc32c_by_instruction(crc, bytes, length) : crc32c_by_table(crc, bytes, length);
}
