/* Reads the plan of an image, which may come from a registry. */
#include "image_plan.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "give_up.h"

enum { BEGINNING = offsetof(struct plan_header, processor), REST = offsetof(struct plan_header, vdso_start) };

/* Returns the length of the processor's part of the header, or 0 for an unknown machine. The image may be for another one than this. */
static size_t processor_size(uint32_t machine) {
  switch (machine) {
#define MACHINE(number, name, kernel_name, container_name, processor_size) \
  case number: return processor_size;
#include "plan_machines.h"
#undef MACHINE
    default: return 0;
  }
}

bool parse_header(const struct content *plan, struct plan_header *header) {
  memset(header, 0, sizeof *header);
  if (plan->length < BEGINNING) return false;
  memcpy(header, plan->bytes, BEGINNING);
  size_t between = processor_size(header->machine);
  if (memcmp(header->magic, PLAN_MAGIC, sizeof header->magic) || header->version != PLAN_VERSION || !between ||
      plan->length < BEGINNING + between + sizeof *header - REST)
    return false;
  memcpy((char *)header + REST, plan->bytes + BEGINNING + between, sizeof *header - REST);
  return true;
}

const void *find_section(const struct content *plan, enum plan_section_kind kind, size_t record, uint32_t *count) {
  struct plan_header header;
  if (!parse_header(plan, &header)) give_up("the plan is damaged");
  const struct plan_section section = header.sections[kind];
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
  struct plan_header header;
  close(fd);
  if (!parse_header(&plan, &header) || header.memory_size != find_file(manifest, MEMORY_FILE)->size)
    give_up("the plan is not of this version, or damaged");
  return plan;
}
