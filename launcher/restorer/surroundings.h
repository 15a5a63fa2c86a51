/* Compares what surrounds two processes. */
#ifndef CRJVM_SURROUNDINGS_H
#define CRJVM_SURROUNDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* Returns true if a process of this user is surrounded by the same as this one: user, groups, capabilities, filters, namespaces,
 * root folder, priorities, processors and the limits of its control group. Else says in why what differs. Nothing that the
 * other process says of itself is used. */
bool has_same_surroundings(int32_t process, struct text *why);

/* Lets the kernel end this process before all others when memory is short, and back. */
void volunteer_for_end(void);
bool withdraw_from_end(void);

#endif
