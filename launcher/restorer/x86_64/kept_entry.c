/* Has the functions by which threads enter the code that stays in the process, and the address to which signal handlers return. */
#include <asm/unistd.h>

#include "kept.h"
#include "waits.h"

_Static_assert(sizeof(struct wait_frame) == PLAN_KEPT_FRAME, "the assembler code has this number, too");
_Static_assert(PLAN_KEPT_FUNCTIONS == 64, "the assembler code has this number, too");
_Static_assert(__NR_rt_sigreturn == 15, "the assembler code has this number, too");

/* Wrapper i loads its number and jumps to the common part. A thread may stay in a wrapped function for long, even across the dump
 * of a restored process. So the return address and the size of the frame are the same in every build (addresses.h). Calls that
 * need no change leave nothing behind. */
__asm__(
    ".pushsection .kept_entry,\"ax\",@progbits\n"
    "kept_entry:\n\t"
    "sub $88, %rsp\n\t"
    "mov %rdi, 8(%rsp)\n\t"
    "mov %rsi, 16(%rsp)\n\t"
    "mov %rdx, 24(%rsp)\n\t"
    "mov %rcx, 32(%rsp)\n\t"
    "mov %r8, 40(%rsp)\n\t"
    "mov %r9, 48(%rsp)\n\t"
    "mov 96(%rsp), %r10\n\t"
    "mov %r10, (%rsp)\n\t"
    "mov %eax, %edi\n\t"
    "mov %rsp, %rsi\n\t"
    "call kept_prepare_wait\n\t"
    "mov %rax, %r11\n\t"
    "test %edx, %edx\n\t"
    "mov 8(%rsp), %rdi\n\t"
    "mov 16(%rsp), %rsi\n\t"
    "mov 24(%rsp), %rdx\n\t"
    "mov 32(%rsp), %rcx\n\t"
    "mov 40(%rsp), %r8\n\t"
    "mov 48(%rsp), %r9\n\t"
    "jz 1f\n\t"
    ".org 0x7d, 0x90\n\t"
    "call *%r11\n\t" /* 3 bytes: returns to PLAN_KEPT_RETURN */
    "add $88, %rsp\n\t"
    "ret\n"
    "1:\n\t"
    "add $88, %rsp\n\t"
    "jmp *%r11\n\t"
    /* PLAN_KEPT_RESUME keeps all registers except rax, rcx and r11, as the system call does. */
    ".org 0x100, 0xcc\n\t"
    "push %rbp\n\t"
    "mov %rsp, %rbp\n\t"
    "push %rdi\n\t"
    "push %rsi\n\t"
    "push %rdx\n\t"
    "push %r8\n\t"
    "push %r9\n\t"
    "push %r10\n\t"
    "and $-16, %rsp\n\t"
    "call kept_clock_gettime\n\t"
    "lea -48(%rbp), %rsp\n\t"
    "pop %r10\n\t"
    "pop %r9\n\t"
    "pop %r8\n\t"
    "pop %rdx\n\t"
    "pop %rsi\n\t"
    "pop %rdi\n\t"
    "pop %rbp\n\t"
    "ret\n\t"
    ".org 0x400, 0xcc\n\t"
    ".set index, 0\n\t"
    ".rept 64\n\t" /* PLAN_KEPT_FUNCTIONS */
    "mov $index, %eax\n\t"
    "jmp kept_entry\n\t"
    ".balign 16, 0xcc\n\t"
    ".set index, index + 1\n\t"
    ".endr\n\t"
    ".popsection\n");

__asm__(
    ".pushsection .kept_text,\"ax\",@progbits\n"
    ".globl kept_return\n"
    "kept_return:\n\t"
    "mov $15, %eax\n\t" /* rt_sigreturn */
    "syscall\n\t"
    "hlt\n"
    ".popsection\n");
