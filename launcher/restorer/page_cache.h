/* Reads the pages that the first requests need ahead of them, if the image is not in the page cache. */
#ifndef CRJVM_PAGE_CACHE_H
#define CRJVM_PAGE_CACHE_H

/* Takes the memory file out of the page cache if this start has to find out what is read. Runs before the image's files are
 * mapped. */
void empty_page_cache(void);
/* Requests the pages. Runs after the areas are mapped and before anything touches them. */
void read_ahead(void);

#endif
