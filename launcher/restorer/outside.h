/* Checks files that the application has read or written, and that live on outside of the image. */
#ifndef CRJVM_OUTSIDE_H
#define CRJVM_OUTSIDE_H

#include <stdbool.h>

void check_outside_files(void);
void check_written_files(bool locked);

#endif
