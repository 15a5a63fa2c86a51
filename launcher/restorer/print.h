/* Lines on standard error. */
#ifndef CRJVM_PRINT_H
#define CRJVM_PRINT_H

#include "text.h"

/* Names in messages come from the image: nothing that a terminal would obey stays, and one line. */
char printable(char c);

/* The line ends with a newline; it goes to standard error. */
void print_line(const struct text *line);

#endif
