/* Takes a parked copy. */
#ifndef CRJVM_TAKE_H
#define CRJVM_TAKE_H

#include <stdbool.h>

#include "options.h"
#include "taking.h"
#include "text.h"

/* Opens the folder of the user's parked copies. Returns an error if there is none, or if others could enter it. */
int open_pool(void);

/* Returns a checksum of the --map options. */
uint32_t sum_maps(const struct options *options);

/* Appends the beginning of the names of an image's copies. plan is a file. */
void append_copies(struct text *name, const struct file_identity *plan);

/* If the image has a parked copy that can do what this start wants, this process becomes that copy's front: it passes signals
 * on, and ends as the copy does. Otherwise it returns, and nothing has changed. */
void take_parked(void);

#endif
