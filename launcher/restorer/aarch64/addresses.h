/* Defines addresses that depend on the address space of this processor. The restorer is at addresses that no dumped JVM uses.
 *
 * They begin at 0x5100000000 (324 GiB), so that kernels that give programs addresses of 39 bits can execute it, too. Below is the Java heap
 * if its pointers are compressed. Above, from 341 GiB with 39 bits and from 170 TiB with 48, are position-independent programs and their
 * heap, and at the end the kernel's top-down mappings. ZGC's heap begins at 4 TiB. */
#ifndef CRJVM_ADDRESSES_H
#define CRJVM_ADDRESSES_H

#define PAGE_SIZE 4096ul
#define PAGE_MOST 65536ul /* the largest pages of kernels for this processor */
#define USER_END 0x1000000000000ul

#define OWN_START 0x5100000000ul                 /* the program file; restorer.ld has this number, too */
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
#define PLAN_KEPT 0x5108000000ul            /* code */
#define PLAN_KEPT_RETURN (PLAN_KEPT + 0x80) /* wrapped functions return there */
#define PLAN_KEPT_FRAME 112                 /* bytes that are taken from the stack there */
#define PLAN_KEPT_WRAPPER(i) (PLAN_KEPT + 0x400 + 16ul * (i))
#define PLAN_KEPT_RESUME (PLAN_KEPT + 0x100) /* reads the clock for PLAN_RESUME */
#define PLAN_KEPT_RECORD 0x5109000000ul      /* struct kept_record */

/* A thread that was inside the vDSO at the dump continues in a copy of that vDSO at this address. resume_lead bytes of zeroes
 * take the place of its data, which come before the code. They tell the vDSO that there is no clock, so that it makes a system
 * call. The compiler has replaced that system call by a call of PLAN_KEPT_RESUME, which is near enough for a bl. */
#define PLAN_RESUME 0x510c000000ul
#define PLAN_RESUME_MAX (1ul << 20) /* lead and code, each */

#endif
