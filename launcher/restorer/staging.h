/* Keeps descriptors that are needed for a while out of the way of the plan's. */
#ifndef CRJVM_STAGING_H
#define CRJVM_STAGING_H

#include "own_files.h"

/* Above all numbers of the plan; the old one is closed. Errors are fatal. */
int move_up(int fd);

/* Finds a location as find_location does, and moves its folder up. */
struct location stage_location(const char *path);

#endif
