/* Checks the frame of a plan: header, checksum, sections. */
#include "plan_file.h"

#include "crc.h"
#include "plan_descriptors.h"
#include "plan_records.h"

static const struct {
  const char *name;
  uint32_t record_size, limit;
} SECTIONS[PLAN_SECTIONS] = {
#define SECTION(name, array, record, words, limit) {words, sizeof(record), limit},
#include "plan_sections.h"
#undef SECTION
};

static const struct {
  uint32_t number;
  const char *name;
} MACHINES[] = {
#define MACHINE(number, name, kernel_name, container_name, processor_size) {number, name},
#include "plan_machines.h"
#undef MACHINE
};

#define MACHINE(number, name, kernel_name, container_name, processor_size) \
  _Static_assert((number) != PLAN_MACHINE || sizeof(struct plan_processor) == (processor_size), \
                 "plan_machines.h has this number, too");
#include "plan_machines.h"
#undef MACHINE

static const char *name_machine(uint32_t number) {
  for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++)
    if (MACHINES[i].number == number) return MACHINES[i].name;
  return NULL;
}

static bool is_plan(const struct plan_header *header, uint64_t size) {
  return size >= offsetof(struct plan_header, processor) && !__builtin_memcmp(header->magic, PLAN_MAGIC, sizeof header->magic);
}

bool check_machine(const void *bytes, uint64_t size, const struct machine_facts *here, struct text *why) {
  const struct plan_header *header = bytes;
  if (!is_plan(header, size) || header->version != PLAN_VERSION) return true;
  const char *name = name_machine(header->machine);
  if (header->machine != PLAN_MACHINE) {
    if (name) append(why, "the image is for %s, and this machine is %s", name, name_machine(PLAN_MACHINE));
    else append(why, "the plan is damaged: it is for an unknown machine, %u", (uint64_t)header->machine);
    return false;
  }
  if (header->page_size != here->page_size) {
    append(why, "the image is for pages of %u bytes, and this kernel's have %u", (uint64_t)header->page_size,
           (uint64_t)here->page_size);
    return false;
  }
  if (header->address_bits > here->address_bits) {
    append(why, "the image needs addresses of %u bits, and this kernel gives programs %u", (uint64_t)header->address_bits,
           (uint64_t)here->address_bits);
    return false;
  }
  return true;
}

static bool check_header(const struct plan_header *header, uint64_t size, const struct machine_facts *here, struct text *why) {
  if (!is_plan(header, size)) {
    append(why, "the plan is damaged: it does not begin as a plan");
    return false;
  }
  if (header->version != PLAN_VERSION) {
    append(why, "the plan has version %u, this program understands version %u", (uint64_t)header->version,
           (uint64_t)PLAN_VERSION);
    return false;
  }
  if (!check_machine(header, size, here, why)) return false;
  if (header->size != size || size < sizeof *header || size > PLAN_MAX_SIZE) {
    append(why, "the plan is damaged: %u bytes instead of %u", size, header->size);
    return false;
  }
  size_t start = offsetof(struct plan_header, crc) + sizeof header->crc;
  if (crc32c(0, (const unsigned char *)header + start, size - start) != header->crc) {
    append(why, "the plan is damaged: its checksum is wrong");
    return false;
  }
  return true;
}

static bool check_section(const struct plan *plan, int kind, struct text *why) {
  const struct plan_section *section = &plan->header->sections[kind];
  uint64_t length = (uint64_t)section->count * SECTIONS[kind].record_size;
  const char *wrong = NULL;
  if (!section->count) return true; /* nobody reads at its offset */
  if (section->record_size != SECTIONS[kind].record_size) wrong = "has records of another size";
  else if (section->count > SECTIONS[kind].limit) wrong = "has too many records";
  else if (section->offset % 8) wrong = "is not aligned";
  else if (section->offset < sizeof *plan->header || section->offset > plan->size || length > plan->size - section->offset)
    wrong = "is outside the file";
  for (int other = 0; !wrong && other < kind; other++) {
    const struct plan_section *before = &plan->header->sections[other];
    uint64_t before_length = (uint64_t)before->count * SECTIONS[other].record_size;
    if (before->count && section->offset < before->offset + before_length && before->offset < section->offset + length)
      wrong = "overlaps another one";
  }
  if (wrong) append(why, "the plan is damaged: its section of %s %s", SECTIONS[kind].name, wrong);
  return !wrong;
}

static void set_sections(struct plan *plan) {
  const unsigned char *starts[PLAN_SECTIONS];
  for (int kind = 0; kind < PLAN_SECTIONS; kind++) {
    plan->counts[kind] = plan->header->sections[kind].count;
    starts[kind] = plan->bytes + (plan->counts[kind] ? plan->header->sections[kind].offset : 0);
  }
#define SECTION(name, array, record, words, limit) plan->array = (const void *)starts[PLAN_##name];
#include "plan_sections.h"
#undef SECTION
}

bool check_plan(struct plan *plan, const void *bytes, uint64_t size, const struct machine_facts *here, struct text *why) {
  plan->bytes = bytes;
  plan->size = size;
  plan->header = bytes;
  if (!check_header(plan->header, size, here, why)) return false;
  for (int kind = 0; kind < PLAN_SECTIONS; kind++)
    if (!check_section(plan, kind, why)) return false;
  set_sections(plan);
  return check_records(plan, why) && check_descriptors(plan, why);
}
