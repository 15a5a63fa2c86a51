/* Keeps descriptors that are needed for a while at numbers that the plan does not use. */
#ifndef CRJVM_STAGING_H
#define CRJVM_STAGING_H

#include "own_files.h"

/* Moves a descriptor above all numbers of the plan and closes the old one. An error ends the restore. */
int move_up(int fd);

/* Finds a location as find_location does, and moves its folder up. */
struct location stage_location(const char *path);

#endif
