/* Gives this process keys of pointer authentication. */
#ifndef CRJVM_PAC_KEYS_H
#define CRJVM_PAC_KEYS_H

#include "plan_processor.h"

/* Sets the keys that the plan's processor had, and enables those that were enabled. There must be no other thread. Returns 0, or an
 * error. */
long set_pac_keys(const struct plan_processor *processor);

/* Makes the instructions that sign and check addresses do nothing. Returns 0, or an error. */
long disable_pac_keys(void);

#endif
