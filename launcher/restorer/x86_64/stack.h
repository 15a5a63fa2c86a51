/* Changes the stack pointer. */
#ifndef CRJVM_STACK_H
#define CRJVM_STACK_H

#include <stdint.h>

/* Calls a function that never returns, on another stack. */
_Noreturn static inline void call_on_stack(uint64_t stack, const void *function, uint64_t argument) {
  __asm__ volatile(
      "mov %0, %%rsp\n\t"
      "and $-16, %%rsp\n\t"
      "xor %%ebp, %%ebp\n\t"
      "call *%1\n\t"
      "hlt"
      :
      : "c"(stack), "a"(function), "D"(argument)
      : "memory");
  __builtin_unreachable();
}

#endif
