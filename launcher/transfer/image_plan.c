/* Reads the plan of an image, which may come from a registry. */
#include "image_plan.h"

#include <string.h>
#include <unistd.h>

#include "give_up.h"

const void *find_section(const struct content *plan, enum plan_section_kind kind, size_t record, uint32_t *count) {
  struct plan_section section;
  const struct plan_header *header = (const struct plan_header *)plan->bytes;
  memcpy(&section, &header->sections[kind], sizeof section);
  if (section.record_size != record || section.offset % 8 || section.offset > plan->length ||
      section.count > (plan->length - section.offset) / record)
    give_up("the plan is damaged");
  *count = section.count;
  return plan->bytes + section.offset;
}

const char *find_string(const char *strings, uint32_t size, uint32_t at) {
  if (at >= size || !memchr(strings + at, 0, size - at)) give_up("the plan is damaged");
  return strings + at;
}

struct content read_plan(int folder, const struct manifest *manifest) {
  uint64_t size;
  int fd = open_file(folder, PLAN_FILE, &size);
  if (size > PLAN_MAX_SIZE) give_up("the plan is damaged");
  struct content plan = read_all(fd, PLAN_FILE, (size_t)size);
  const struct plan_header *header = (const struct plan_header *)plan.bytes;
  close(fd);
  if (plan.length < sizeof *header || memcmp(header->magic, PLAN_MAGIC, sizeof header->magic) ||
      header->version != PLAN_VERSION || header->memory_size != find_file(manifest, MEMORY_FILE)->size)
    give_up("the plan is not of this version, or damaged");
  return plan;
}
