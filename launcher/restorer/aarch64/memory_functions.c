/* Has the functions that compilers call on their own to copy or fill memory. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);

/* In C a compiler could turn the loops into calls of these functions. */
void *memcpy(void *to, const void *from, size_t length) {
  char *at = to;
  const char *source = from;
  uint64_t low, high;
  for (; length >= 16; length -= 16)
    __asm__ volatile(
        "ldp %2, %3, [%1], #16\n\t"
        "stp %2, %3, [%0], #16"
        : "+r"(at), "+r"(source), "=&r"(low), "=&r"(high)
        :
        : "memory");
  for (; length; length--)
    __asm__ volatile(
        "ldrb %w2, [%1], #1\n\t"
        "strb %w2, [%0], #1"
        : "+r"(at), "+r"(source), "=&r"(low)
        :
        : "memory");
  return to;
}

void *memset(void *to, int value, size_t length) {
  char *at = to;
  uint64_t word = (unsigned char)value * 0x0101010101010101ul;
  for (; length >= 16; length -= 16) __asm__ volatile("stp %1, %1, [%0], #16" : "+r"(at) : "r"(word) : "memory");
  for (; length; length--) __asm__ volatile("strb %w1, [%0], #1" : "+r"(at) : "r"(word) : "memory");
  return to;
}
