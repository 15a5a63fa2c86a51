/* Reads the plan of an image, which may come from a registry. */
#ifndef CRJVM_IMAGE_PLAN_H
#define CRJVM_IMAGE_PLAN_H

#include <stdbool.h>

#include "files.h"
#include "manifest.h"
#include "plan.h"

/* Reads the plan in a folder. Gives up if it is not of this version, or not about the manifest's memory file. */
struct content read_plan(int folder, const struct manifest *manifest);

/* Copies the header without the processor's part, which is filled with zeroes. Returns false if this is not a plan of this version. */
bool parse_header(const struct content *plan, struct plan_header *header);

/* Returns a section of the plan, or gives up if it lies outside. */
const void *find_section(const struct content *plan, enum plan_section_kind kind, size_t record, uint32_t *count);

/* Returns a string of the section, or gives up if it lies outside. */
const char *find_string(const char *strings, uint32_t size, uint32_t at);

#endif
