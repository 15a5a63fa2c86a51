/* Prints lines on standard error. */
#ifndef CRJVM_PRINT_H
#define CRJVM_PRINT_H

#include "text.h"

/* Replaces characters that would end the line or control a terminal: names in messages come from the image. */
char printable(char c);

/* Writes text. What can't be written is lost: that is never a reason to end, by an error or by a signal. */
void write_if_possible(int fd, const char *at, size_t length);

/* The line has to end with a newline. It goes to standard error. */
void print_line(const struct text *line);

/* Keeps the lines until they are released. What there is no room for is lost. */
void hold_lines(void);
void release_lines(void);

#endif
