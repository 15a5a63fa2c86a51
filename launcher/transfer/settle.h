/* Finds out whether the disk has an image of the store. */
#ifndef CRJVM_SETTLE_H
#define CRJVM_SETTLE_H

/* Ends the program with status 0 if the image in the entry is whole. Removes it and ends with status 1 if it is damaged and belongs to the
 * caller. In every other case the image stays, a line says why it can't be used, and the status is 1. */
_Noreturn void settle_image(const char *path);

#endif
