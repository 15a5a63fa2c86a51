/* Changes the stack pointer. */
#ifndef CRJVM_STACK_H
#define CRJVM_STACK_H

#include <stdint.h>

/* Calls a function that never returns, on another stack. */
_Noreturn static inline void call_on_stack(uint64_t stack, const void *function, uint64_t argument) {
  register uint64_t x0 __asm__("x0") = argument;
  register const void *x16 __asm__("x16") = function;
  __asm__ volatile(
      "mov sp, %0\n\t"
      "mov x29, xzr\n\t"
      "mov x30, xzr\n\t"
      "blr x16\n\t"
      "brk #0"
      :
      : "r"(stack & ~15ul), "r"(x16), "r"(x0)
      : "memory");
  __builtin_unreachable();
}

#endif
