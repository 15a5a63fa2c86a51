/* Where the restorer itself lives: addresses that no dumped JVM uses.
 *
 * From 0x510000000000 (81 TiB). Below, up to 80 TiB, are all places of ZGC's heap views (JDK 17: 4 to 20 TiB, 8 to 40 TiB
 * and 16 to 80 TiB, by heap size) and the bottom-up layout that `ulimit -s unlimited` selects (from 42.7 TiB, or 58.7 with
 * vm.mmap_rnd_bits=32). Above, from 85.3 TiB, are position-independent programs and their heap, and from 112 TiB the
 * kernel's top-down mappings. Compressed class pointers and oops stay far below. */
#ifndef CRJVM_LAYOUT_H
#define CRJVM_LAYOUT_H

#include "plan.h"

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

static inline unsigned long page_down(unsigned long v) { return v & ~(PAGE_SIZE - 1); }
static inline unsigned long page_up(unsigned long v) { return page_down(v + PAGE_SIZE - 1); }

#endif
