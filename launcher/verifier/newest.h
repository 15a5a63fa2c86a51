/* Remembers the newest image that was accepted. */
#ifndef CRJVM_NEWEST_H
#define CRJVM_NEWEST_H

#include <stdbool.h>

/* Returns true for a time as the manifest has it, YYYY-MM-DDTHH:MM:SSZ. Such times sort as text. */
bool is_time(const char *text);

/* Returns if the file has the time of no newer image. created comes from the manifest and is NULL if it has none. */
void check_newest(const char *path, const char *created);

/* Checks again, and stores the time of this image in the file. */
void note_newest(const char *path, const char *created);

#endif
