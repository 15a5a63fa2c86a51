/* Has the functions by which threads enter the code that stays in the process, and the address to which signal handlers return. */
#include <asm/unistd.h>

#include "kept.h"
#include "waits.h"

_Static_assert(sizeof(struct wait_frame) == PLAN_KEPT_FRAME, "the assembler code has this number, too");
_Static_assert(PLAN_KEPT_FUNCTIONS == 64, "the assembler code has this number, too");
_Static_assert(__NR_rt_sigreturn == 139, "the assembler code has this number, too");

/* Wrapper i loads its number and jumps to the common part. A thread may stay in a wrapped function for long, even across the dump
 * of a restored process. So the return address and the size of the frame are the same in every build (addresses.h). Calls that
 * need no change leave nothing behind. Functions are called by x17, because such a jump may land where calls may. */
__asm__(
    ".pushsection .kept_entry,\"ax\",@progbits\n"
    "kept_entry:\n\t"
    "stp x29, x30, [sp, #-112]!\n\t"
    "mov x29, sp\n\t"
    "stp x0, x1, [sp, #16]\n\t"
    "stp x2, x3, [sp, #32]\n\t"
    "stp x4, x5, [sp, #48]\n\t"
    "stp x6, x7, [sp, #64]\n\t"
    "mov w0, w16\n\t"
    "mov x1, sp\n\t"
    "bl kept_prepare_wait\n\t"
    "mov x17, x0\n\t"
    "mov x9, x1\n\t"
    "ldp x0, x1, [sp, #16]\n\t"
    "ldp x2, x3, [sp, #32]\n\t"
    "ldp x4, x5, [sp, #48]\n\t"
    "ldp x6, x7, [sp, #64]\n\t"
    "cbz w9, 1f\n\t"
    ".fill (0x7c - (. - kept_entry)) / 4, 4, 0xd503201f\n\t" /* nop */
    "blr x17\n\t"                                            /* returns to PLAN_KEPT_RETURN */
    "ldp x29, x30, [sp], #112\n\t"
    "ret\n"
    "1:\n\t"
    "ldp x29, x30, [sp], #112\n\t"
    "br x17\n\t"
    /* PLAN_KEPT_RESUME keeps all registers except x0 and x30, and the flags, as the system call does. */
    ".fill (0x100 - (. - kept_entry)) / 4, 4, 0xd4200000\n\t" /* brk #0 */
    "stp x29, x30, [sp, #-176]!\n\t"
    "mov x29, sp\n\t"
    "stp x1, x2, [sp, #16]\n\t"
    "stp x3, x4, [sp, #32]\n\t"
    "stp x5, x6, [sp, #48]\n\t"
    "stp x7, x8, [sp, #64]\n\t"
    "stp x9, x10, [sp, #80]\n\t"
    "stp x11, x12, [sp, #96]\n\t"
    "stp x13, x14, [sp, #112]\n\t"
    "stp x15, x16, [sp, #128]\n\t"
    "stp x17, x18, [sp, #144]\n\t"
    "mrs x9, nzcv\n\t"
    "str x9, [sp, #160]\n\t"
    "bl kept_clock_gettime\n\t"
    "ldr x9, [sp, #160]\n\t"
    "msr nzcv, x9\n\t"
    "ldp x1, x2, [sp, #16]\n\t"
    "ldp x3, x4, [sp, #32]\n\t"
    "ldp x5, x6, [sp, #48]\n\t"
    "ldp x7, x8, [sp, #64]\n\t"
    "ldp x9, x10, [sp, #80]\n\t"
    "ldp x11, x12, [sp, #96]\n\t"
    "ldp x13, x14, [sp, #112]\n\t"
    "ldp x15, x16, [sp, #128]\n\t"
    "ldp x17, x18, [sp, #144]\n\t"
    "ldp x29, x30, [sp], #176\n\t"
    "ret\n\t"
    ".fill (0x400 - (. - kept_entry)) / 4, 4, 0xd4200000\n\t"
    ".set index, 0\n\t"
    ".rept 64\n\t" /* PLAN_KEPT_FUNCTIONS */
    "mov w16, #index\n\t"
    "b kept_entry\n\t"
    ".fill 2, 4, 0xd4200000\n\t"
    ".set index, index + 1\n\t"
    ".endr\n\t"
    ".popsection\n");

__asm__(
    ".pushsection .kept_text,\"ax\",@progbits\n"
    ".balign 4\n\t"
    ".globl kept_return\n"
    "kept_return:\n\t"
    "mov x8, #139\n\t" /* rt_sigreturn */
    "svc #0\n\t"
    "brk #0\n"
    ".popsection\n");
