/* Opens or makes the files and the shared memory that areas map and descriptors refer to. */
#ifndef CRJVM_OBJECTS_H
#define CRJVM_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

void find_objects(void);                /* finds the objects that areas map */
bool is_code(uint32_t object);          /* true if one of its areas is executable */
int open_mapped_file(uint32_t name);    /* returns the file that was checked and is mapped; -1: no area maps it */
int object_descriptor(uint32_t object); /* for an object that is not a PATH: stays open until close_objects */
int open_area_object(uint32_t object);
void close_objects(void);

/* The first is called before anything is mapped. The second ends the restore if the path of a mapped file, the image's included, has become
 * another file's since then, or if the file was written. */
void remember_mapped_files(void);
void check_mapped_files(void);

/* Makes memory with a descriptor above all numbers of the plan. */
int make_memory(const char *name, bool executable, bool sealable);

#endif
