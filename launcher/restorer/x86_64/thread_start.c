/* Starts threads on stacks of their own. */
#include "thread_start.h"

#include "syscall.h"

/* The child finds the function and its arguments in registers: it has its own stack, and the parent's frame is not on it. */
static long start_thread(long number, const long *arguments, const void *life, const void *of, uint64_t with) {
  long result;
  register long r10 __asm__("r10") = arguments[3];
  register long r8 __asm__("r8") = arguments[4];
  register const void *function __asm__("r12") = life;
  register const void *first __asm__("r13") = of;
  register uint64_t second __asm__("r14") = with;
  __asm__ volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "mov %%r14, %%rsi\n\t"
      "and $-16, %%rsp\n\t"
      "call *%%r12\n\t"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "a"(number), "D"(arguments[0]), "S"(arguments[1]), "d"(arguments[2]), "r"(r10), "r"(r8), "r"(function), "r"(first),
        "r"(second)
      : "rcx", "r11", "memory");
  return result;
}

long start_by_clone(const struct clone_words *words, const void *life, const void *of, uint64_t with) {
  const long arguments[] = {(long)words->flags, (long)words->stack, (long)words->parent_tid, (long)words->child_tid,
                            (long)words->thread_pointer};
  return start_thread(__NR_clone, arguments, life, of, with);
}

long start_by_clone3(const struct clone_args *arguments, long size, const void *life, const void *of, uint64_t with) {
  return start_thread(__NR_clone3, (long[]){(long)arguments, size, 0, 0, 0}, life, of, with);
}
