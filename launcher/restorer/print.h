/* Prints lines on standard error. */
#ifndef CRJVM_PRINT_H
#define CRJVM_PRINT_H

#include "text.h"

/* Replaces characters that would end the line or control a terminal: names in messages come from the image. */
char printable(char c);

/* The line has to end with a newline. It goes to standard error. */
void print_line(const struct text *line);

#endif
