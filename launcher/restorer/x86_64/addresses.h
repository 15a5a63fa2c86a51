/* Defines addresses that depend on the address space of this processor. The restorer is at addresses that no dumped JVM uses.
 *
 * They begin at 0x510000000000 (81 TiB). Below, up to 80 TiB, are all places of ZGC's heap views (JDK 17: 4 to 20 TiB, 8 to
 * 40 TiB and 16 to 80 TiB, depending on the heap size) and the bottom-up layout that `ulimit -s unlimited` selects (from 42.7
 * TiB, or 58.7 with vm.mmap_rnd_bits=32). Above, from 85.3 TiB, are position-independent programs and their heap, and from 112
 * TiB the kernel's top-down mappings. Compressed class pointers and oops stay far below. */
#ifndef CRJVM_ADDRESSES_H
#define CRJVM_ADDRESSES_H

#define PAGE_SIZE 4096ul
#define PAGE_MOST PAGE_SIZE /* kernels for this processor have no larger pages */
#define USER_END 0x7ffffffff000ul

#define OWN_START 0x510000000000ul               /* the program file; restorer.ld has this number, too */
#define OWN_KEPT PLAN_KEPT                       /* code and data that stay mapped, see plan.h */
#define OWN_DEADLINES (OWN_START + 0xa000000ul)  /* deadlines that were changed; they stay */
#define OWN_RESUME PLAN_RESUME                   /* the dumped vDSO, for threads that were inside it; it stays */
#define OWN_PARKED (OWN_START + 0x10000000ul)    /* the running kernel's vvar and vDSO; they stay */
#define OWN_TEMPORARY (OWN_START + 0x20000000ul) /* unmapped by the last act */
#define OWN_TEMPORARY_END (OWN_START + 0xc0000000ul)
#define OWN_LEFTOVER OWN_TEMPORARY_END /* frames of threads whose stacks have no room for them; they stay */
#define OWN_END (OWN_START + 0x100000000ul)

/* A restored process keeps these parts of the restorer, at addresses that never change: an image of a restored process relies on
 * them, and frames of threads that wait in a wrapped function contain the return address. */
#define PLAN_KEPT 0x510008000000ul          /* code */
#define PLAN_KEPT_RETURN (PLAN_KEPT + 0x80) /* wrapped functions return there */
#define PLAN_KEPT_FRAME 88                  /* bytes that are taken from the stack there */
#define PLAN_KEPT_WRAPPER(i) (PLAN_KEPT + 0x400 + 16ul * (i))
#define PLAN_KEPT_RESUME (PLAN_KEPT + 0x100) /* reads the clock for PLAN_RESUME */
#define PLAN_KEPT_RECORD 0x510009000000ul    /* struct kept_record */

/* A thread that was inside the vDSO at the dump continues in a copy of that vDSO at this address. resume_lead bytes of zeroes
 * take the place of its data, which come before the code. They tell the vDSO that there is no clock, so that it makes a system
 * call. The compiler has replaced that system call by a call of PLAN_KEPT_RESUME. */
#define PLAN_RESUME 0x51000c000000ul
#define PLAN_RESUME_MAX (1ul << 20) /* lead and code, each */

#endif
