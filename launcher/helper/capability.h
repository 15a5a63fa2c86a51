/* Handles the capability: the helper holds it as permitted from the start and raises it only for criu. Everywhere else it drops
 * the capability and verifies that it is gone. */
#ifndef CRJVM_CAPABILITY_H
#define CRJVM_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

struct capability_sets {
  uint64_t effective, permitted, inheritable;
};

#define CHECKPOINT_RESTORE_BIT (UINT64_C(1) << 40) /* CAP_CHECKPOINT_RESTORE, Linux 5.9 */
#define SYS_PTRACE_BIT (UINT64_C(1) << 19)
#define SYS_ADMIN_BIT (UINT64_C(1) << 21)

bool read_capabilities(struct capability_sets *sets);

/* Drops the capabilities of this process from all sets and verifies that they are gone. */
bool drop_capabilities(void);

/* Keeps these capabilities as permitted but not effective, and drops all others. */
bool keep_capabilities(uint64_t capabilities);

/* Makes these capabilities effective. They have to be permitted. keep_capabilities ends that. */
bool use_capabilities(uint64_t capabilities);

/* Keeps these capabilities across the exec of a program that has no file capabilities, and drops all others. */
bool raise_for_exec(uint64_t capabilities);

#endif
