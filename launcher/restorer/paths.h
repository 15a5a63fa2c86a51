/* Files of the application that lie elsewhere than at the checkpoint: --map OLD=NEW. */
#ifndef CRJVM_PATHS_H
#define CRJVM_PATHS_H

#include <stdint.h>

/* The path that --map makes of one of the image's. */
const char *map_path(const char *path);
const char *plan_path(uint32_t name);

/* Every NEW is there. */
void check_maps(void);

#endif
