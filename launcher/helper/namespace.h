/* Makes a user namespace, in which every user has the capability that a dump needs. */
#ifndef CRJVM_NAMESPACE_H
#define CRJVM_NAMESPACE_H

#include <stdbool.h>

#include "die.h"

/* Moves this process into a new user namespace with the same user and group. Returns false and says in why what forbids it. */
bool enter_user_namespace(struct reason *why);

#endif
