/* The folder for criu's files: opened once, used by descriptor afterwards. */
#ifndef CRJVM_IMAGES_H
#define CRJVM_IMAGES_H

#include <stdbool.h>

#include "die.h"

/* An empty folder that belongs to the caller and that nobody else can write; -1: why says what is wrong. */
int open_images(const char *path, struct reason *why);

/* Has criu left what a complete dump has? */
bool has_result(int images);

/* The first error that criu's log names, which is the cause: the later ones follow from it. False: none. */
bool find_engine_error(int images, struct reason *why);

/* What it said on its standard error, when it did not come as far as its log. False: nothing. */
bool find_engine_output(int images, struct reason *why);

/* For tests: the same, in the logs' texts. */
bool find_error_line(const char *log, struct reason *why);
bool find_output_line(const char *log, struct reason *why);

#endif
