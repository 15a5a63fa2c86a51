/* The kernel: which of the features that an image needs it has, for this process. */
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

/* Those of the wanted ones (bits) that work. They are tried, not concluded from a version: distributions carry features back,
 * and a container's filter may take them away. Leaves nothing behind. */
uint64_t find_kernel_features(uint64_t wanted);

/* True: nothing is missing. False: why names what is. */
bool check_kernel(uint64_t needed, uint64_t present, struct text *why);

/* What the process had told the kernel by membarrier. 0, or an error. */
long register_barriers(uint64_t features);

#endif
