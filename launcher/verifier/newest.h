/* Which image is the newest that was accepted. */
#ifndef CRJVM_NEWEST_H
#define CRJVM_NEWEST_H

#include <stdbool.h>

/* A time as the manifest has it, YYYY-MM-DDTHH:MM:SSZ: its order is that of text. */
bool is_time(const char *text);

/* Returns when no image that was made later has been accepted before; what the file says is this one's time then. created: of the
 * manifest; NULL: it says none. */
void check_newest(const char *path, const char *created);

#endif
