/* Completes a pulled image and checks every byte of it. */
#ifndef CRJVM_FINISH_H
#define CRJVM_FINISH_H

#include "digests.h"
#include "target.h"

/* Compares the image with its manifest, gives its files their times and permissions, and waits until the disk has all of it, unless it is
 * wanted sooner. checked has what was compared before, or is NULL. */
void finish_image(const struct target *target, const struct manifest *manifest, const struct checked *checked);

#endif
