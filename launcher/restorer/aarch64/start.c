/* Has the program's first instructions. */
#include "main.h"

/* The stack begins with the number of arguments, and is aligned. */
__asm__(
    ".pushsection .text\n"
    ".globl start\n"
    "start:\n\t"
    "mov x29, xzr\n\t"
    "mov x30, xzr\n\t"
    "add x0, sp, #8\n\t"
    "bl start_restorer\n\t"
    "brk #0\n"
    ".popsection\n");
