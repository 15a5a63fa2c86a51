/* Computes CRC-32C by an instruction of the processor. */
#include "crc_instruction.h"

#include <asm/hwcap.h>
#include <linux/auxvec.h>

#include "auxiliary.h"

bool has_crc_instruction(void) { return getauxval(AT_HWCAP) & HWCAP_CRC32; }

/* The instruction is in assembler because the program is compiled for any such processor. */
uint32_t crc32c_by_instruction(uint32_t crc, const void *bytes, size_t length) {
  const unsigned char *p = bytes;
  uint32_t v = ~crc;
  for (; length >= 8; p += 8, length -= 8) {
    uint64_t word;
    __builtin_memcpy(&word, p, 8);
    __asm__(
        ".arch_extension crc\n\t"
        "crc32cx %w0, %w0, %1"
        : "+r"(v)
        : "r"(word));
  }
  for (; length; p++, length--)
    __asm__(
        ".arch_extension crc\n\t"
        "crc32cb %w0, %w0, %w1"
        : "+r"(v)
        : "r"(*p));
  return ~v;
}
