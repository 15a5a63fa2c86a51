/* Finds what keeps this caller from making images on this machine, whatever the JVM is. */
#ifndef CRJVM_OBSTACLES_H
#define CRJVM_OBSTACLES_H

#include <stdbool.h>

#include "die.h"

enum { OBSTACLES_MAX = 8 };

/* Returns the number of obstacles. Each has an explanation. */
int find_obstacles(struct reason found[OBSTACLES_MAX]);

/* Returns true if this uid_map belongs to the initial namespace, or to one that maps every id to itself. The unit tests call
 * it. */
bool maps_all_users(const char *uid_map);

#endif
