/* Opens the folder for criu's files once and uses its descriptor afterwards. */
#ifndef CRJVM_IMAGES_H
#define CRJVM_IMAGES_H

#include <stdbool.h>

#include "die.h"

/* Opens an empty folder that belongs to the caller and that nobody else can write to. Returns -1 and describes the fault in
 * why. */
int open_images(const char *path, struct reason *why);

/* Returns true if the folder has the files of a complete dump. */
bool has_result(int images);

/* Finds the first error in criu's log. It is the cause: later ones follow from it. Returns false if there is none. */
bool find_engine_error(int images, struct reason *why);

/* Finds the text that criu wrote to its standard error before it could open its log. Returns false if there is none. */
bool find_engine_output(int images, struct reason *why);

/* These do the same with the text of the logs. Tests call them. */
bool find_error_line(const char *log, struct reason *why);
bool find_output_line(const char *log, struct reason *why);

#endif
