/* Pages, and where the restorer lives: addresses.h of the processor. */
#ifndef CRJVM_LAYOUT_H
#define CRJVM_LAYOUT_H

#include "addresses.h"

static inline unsigned long page_down(unsigned long v) { return v & ~(PAGE_SIZE - 1); }
static inline unsigned long page_up(unsigned long v) { return page_down(v + PAGE_SIZE - 1); }

#endif
