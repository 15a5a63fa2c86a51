/* Objects: the files and the shared memory that areas map and descriptors refer to. */
#ifndef CRJVM_OBJECTS_H
#define CRJVM_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

void find_objects(void);                /* what areas map */
bool is_code(uint32_t object);          /* whether an area of it is executable */
int open_mapped_file(uint32_t name);    /* what was looked at is what is mapped; -1: no area maps it */
int object_descriptor(uint32_t object); /* of an object that is no PATH: kept open until close_objects */
int open_area_object(uint32_t object);
void close_objects(void);

/* Memory as a file, above all numbers of the plan. */
int make_memory(const char *name, bool executable, bool sealable);

#endif
