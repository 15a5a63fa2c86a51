/* Finds out which of the kernel features that an image needs are available to this process. */
#ifndef CRJVM_KERNEL_H
#define CRJVM_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum kernel_feature {
#define FEATURE(name, since, membarrier) KERNEL_##name,
#include "kernel_features.h"
#undef FEATURE
  KERNEL_FEATURES
};

/* Returns those of the wanted features (bits) that work. It tries them and does not rely on the kernel's version: distributions
 * backport features, and a container's filter may block them. It leaves nothing behind. */
uint64_t find_kernel_features(uint64_t wanted);

/* Returns true if nothing is missing. Otherwise why names what is missing. */
bool check_kernel(uint64_t needed, uint64_t present, struct text *why);

/* Registers the process for membarrier as the original process was. Returns 0, or an error. */
long register_barriers(uint64_t features);

#endif
