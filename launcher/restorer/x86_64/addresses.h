/* Addresses that depend on the address space of this processor. The restorer itself lives at addresses that no dumped JVM uses.
 *
 * From 0x510000000000 (81 TiB). Below, up to 80 TiB, are all places of ZGC's heap views (JDK 17: 4 to 20 TiB, 8 to 40 TiB
 * and 16 to 80 TiB, by heap size) and the bottom-up layout that `ulimit -s unlimited` selects (from 42.7 TiB, or 58.7 with
 * vm.mmap_rnd_bits=32). Above, from 85.3 TiB, are position-independent programs and their heap, and from 112 TiB the
 * kernel's top-down mappings. Compressed class pointers and oops stay far below. */
#ifndef CRJVM_ADDRESSES_H
#define CRJVM_ADDRESSES_H

#define PAGE_SIZE 4096ul
#define USER_END 0x7ffffffff000ul

#define OWN_START 0x510000000000ul               /* the program file: restorer.ld has this number, too */
#define OWN_KEPT PLAN_KEPT                       /* code and data that stay, see plan.h */
#define OWN_DEADLINES (OWN_START + 0xa000000ul)  /* deadlines that were turned back; stays */
#define OWN_RESUME PLAN_RESUME                   /* the dumped vDSO, for threads that were inside of it; stays */
#define OWN_PARKED (OWN_START + 0x10000000ul)    /* the running kernel's vvar and vDSO; stays */
#define OWN_TEMPORARY (OWN_START + 0x20000000ul) /* unmapped by the last act */
#define OWN_TEMPORARY_END (OWN_START + 0xc0000000ul)
#define OWN_LEFTOVER OWN_TEMPORARY_END /* frames of threads whose stacks have no room for them; stays */
#define OWN_END (OWN_START + 0x100000000ul)

/* What a restored process keeps of the restorer, at addresses that never change: an image of a restored process is made
 * with their help, and frames of threads that wait in a wrapped function have the address to return to in them. */
#define PLAN_KEPT 0x510008000000ul          /* code */
#define PLAN_KEPT_RETURN (PLAN_KEPT + 0x80) /* where a wrapped function returns to */
#define PLAN_KEPT_FRAME 88                  /* bytes that are taken from the stack there */
#define PLAN_KEPT_WRAPPER(i) (PLAN_KEPT + 0x400 + 16ul * (i))
#define PLAN_KEPT_RESUME (PLAN_KEPT + 0x100) /* reads the clock for PLAN_RESUME */
#define PLAN_KEPT_RECORD 0x510009000000ul    /* struct kept_record */

/* A thread that was inside of the vDSO at the dump goes on in a copy of that vDSO, at this address, after resume_lead bytes of
 * zeroes, where its data was. They say "no clock here" to it, so that it makes a system call instead, for which the compiler
 * has put in a call of PLAN_KEPT_RESUME. */
#define PLAN_RESUME 0x51000c000000ul
#define PLAN_RESUME_MAX (1ul << 20) /* lead and code, each */

#endif
