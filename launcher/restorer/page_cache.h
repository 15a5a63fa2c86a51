/* Reads the pages that the first requests need ahead of them, if the image is not in the page cache. */
#ifndef CRJVM_PAGE_CACHE_H
#define CRJVM_PAGE_CACHE_H

/* Before the image's files are mapped: takes the memory file out of the page cache if this start has to find out what is read. */
void empty_page_cache(void);
/* After the areas are mapped and before anything touches them. */
void read_ahead(void);

#endif
