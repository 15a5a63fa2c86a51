/* What keeps this caller, on this machine, from making images, whatever the JVM is. */
#ifndef CRJVM_OBSTACLES_H
#define CRJVM_OBSTACLES_H

#include <stdbool.h>

#include "die.h"

enum { OBSTACLES_MAX = 8 };

/* Returns how many there are, each explained. */
int find_obstacles(struct reason found[OBSTACLES_MAX]);

/* For the unit tests: does this uid_map make the namespace the initial one, or one that maps everything alike? */
bool maps_all_users(const char *uid_map);

#endif
