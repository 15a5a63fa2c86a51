/* Computes CRC-32C by an instruction of the processor. */
#include "crc_instruction.h"

#include <cpuid.h>

bool has_crc_instruction(void) {
  unsigned a, b, c = 0, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}

/* The instruction is in assembler because the program is compiled for any x86-64. */
uint32_t crc32c_by_instruction(uint32_t crc, const void *bytes, size_t length) {
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
