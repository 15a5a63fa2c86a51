/* Finds the user's name. */
#ifndef CRJVM_USER_H
#define CRJVM_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* Finds the user's name in the text of /etc/passwd. */
bool find_user(const char *passwd, uint64_t uid, struct text *name);

#endif
