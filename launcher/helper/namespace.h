/* A user namespace of one's own, in which everybody has the capability that a dump takes. */
#ifndef CRJVM_NAMESPACE_H
#define CRJVM_NAMESPACE_H

#include <stdbool.h>

#include "die.h"

/* Moves this process into a new one, as the same user and group; false: why says what forbids it. */
bool enter_user_namespace(struct reason *why);

#endif
