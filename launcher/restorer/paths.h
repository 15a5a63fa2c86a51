/* Maps paths of the application's files that are elsewhere than at the checkpoint: --map OLD=NEW. */
#ifndef CRJVM_PATHS_H
#define CRJVM_PATHS_H

#include <stdint.h>

/* Returns the path that --map makes of a path of the image. */
const char *map_path(const char *path);
const char *plan_path(uint32_t name);

/* Checks that every NEW exists. */
void check_maps(void);

#endif
