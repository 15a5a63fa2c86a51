/* The capability: held as permitted from entry on, raised only for criu, dropped and verified dropped elsewhere. */
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

/* Leaves this process no capability in any set, and looks that it is so. */
bool drop_capabilities(void);

/* Leaves this process these as permitted, without effect, and nothing else. */
bool keep_capabilities(uint64_t capabilities);

/* Makes these capabilities survive the exec of a program that has no file capabilities, and drops every other one. */
bool raise_for_exec(uint64_t capabilities);

#endif
