/* Has the functions that compilers call on their own, because there is no C library. memory_functions.c of the processor has two
 * more. */
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
int memcmp(const void *a, const void *b, size_t length);

void *memmove(void *to, const void *from, size_t length) {
  char *t = to;
  const char *f = from;
  if (t <= f || t >= f + length) return memcpy(to, from, length);
  while (length--) t[length] = f[length];
  return to;
}

int memcmp(const void *a, const void *b, size_t length) {
  const unsigned char *x = a, *y = b;
  for (; length; length--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}
