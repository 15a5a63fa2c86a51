/* Starts threads on stacks of their own. */
#include "thread_start.h"

#include "syscall.h"

/* The child finds the function and its arguments in registers: it has its own stack, and the parent's frame is not on it. */
static long start_thread(long number, const long *arguments, const void *life, const void *of, uint64_t with) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = arguments[0];
  register long x1 __asm__("x1") = arguments[1];
  register long x2 __asm__("x2") = arguments[2];
  register long x3 __asm__("x3") = arguments[3];
  register long x4 __asm__("x4") = arguments[4];
  register const void *function __asm__("x20") = life;
  register const void *first __asm__("x21") = of;
  register uint64_t second __asm__("x22") = with;
  __asm__ volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x30, xzr\n\t"
      "mov x0, x21\n\t"
      "mov x1, x22\n\t"
      "blr x20\n\t"
      "brk #0\n"
      "1:"
      : "+r"(x0)
      : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(function), "r"(first), "r"(second)
      : "memory", "cc");
  return x0;
}

/* The kernel takes the thread pointer before the address of the id. The stack has to be aligned. */
long start_by_clone(const struct clone_words *words, const void *life, const void *of, uint64_t with) {
  const long arguments[] = {(long)words->flags, (long)(words->stack & ~15ul), (long)words->parent_tid,
                            (long)words->thread_pointer, (long)words->child_tid};
  return start_thread(__NR_clone, arguments, life, of, with);
}

long start_by_clone3(const struct clone_args *arguments, long size, const void *life, const void *of, uint64_t with) {
  return start_thread(__NR_clone3, (long[]){(long)arguments, size, 0, 0, 0}, life, of, with);
}
