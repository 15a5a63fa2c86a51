/* Has the program's first instructions. */
#include "main.h"

__asm__(
    ".pushsection .text\n"
    ".globl start\n"
    "start:\n\t"
    "xor %ebp, %ebp\n\t"
    "lea 8(%rsp), %rdi\n\t"
    "and $-16, %rsp\n\t"
    "call start_restorer\n\t"
    "hlt\n"
    ".popsection\n");
