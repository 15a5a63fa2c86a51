/* Remembers the newest image that was accepted. */
#ifndef CRJVM_NEWEST_H
#define CRJVM_NEWEST_H

#include <stdbool.h>

/* Returns true for a time as the manifest has it, YYYY-MM-DDTHH:MM:SSZ. Such times sort as text. */
bool is_time(const char *text);

/* Returns if no newer image has been accepted before, and then stores the time of this one in the file. created comes from the
 * manifest and is NULL if it has none. */
void check_newest(const char *path, const char *created);

#endif
