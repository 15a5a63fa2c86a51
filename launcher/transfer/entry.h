/* The files beside an image in the store. */
#ifndef CRJVM_ENTRY_H
#define CRJVM_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#define UNWRITTEN "unwritten" /* the note */

/* Writes a file of an entry in one step. */
void write_note(int entry, const char *name, const char *text, size_t length);

/* Notes that the disk may not have all of the image, and begins to write the note to the disk. The image gets its place only after
 * await_mark. */
void mark_unwritten(int entry);
void await_mark(void);

/* Notes that the disk has all of the image. */
void unmark(int entry);

/* Returns false if the machine was started again before it is known that the disk has all of the image. */
bool is_whole(int entry);

#endif
