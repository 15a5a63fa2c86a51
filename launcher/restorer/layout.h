/* Defines the page size and includes addresses.h of the processor, which says at which addresses the restorer lives. */
#ifndef CRJVM_LAYOUT_H
#define CRJVM_LAYOUT_H

#include "addresses.h"

static inline unsigned long page_down(unsigned long v) { return v & ~(PAGE_SIZE - 1); }
static inline unsigned long page_up(unsigned long v) { return page_down(v + PAGE_SIZE - 1); }

#endif
