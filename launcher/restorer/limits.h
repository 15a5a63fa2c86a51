/* Checks the limits of this process. */
#ifndef CRJVM_LIMITS_H
#define CRJVM_LIMITS_H

#include <stdint.h>

void set_descriptor_limit(void);
void check_limits(void);
void lock_areas(void);

/* Gives up because a thread could not be made. The message names the limit. */
_Noreturn void fail_thread(uint32_t index, long error);

#endif
