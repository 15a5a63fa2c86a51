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

static bool check_header(const struct plan_header *header, uint64_t size, struct text *why) {
  if (size < sizeof *header || __builtin_memcmp(header->magic, PLAN_MAGIC, sizeof header->magic)) {
    append(why, "the plan is damaged: it does not begin as a plan");
    return false;
  }
  if (header->version != PLAN_VERSION) {
    append(why, "the plan has version %u, this program understands version %u", (uint64_t)header->version,
           (uint64_t)PLAN_VERSION);
    return false;
  }
  if (header->size != size || size > PLAN_MAX_SIZE) {
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

bool check_plan(struct plan *plan, const void *bytes, uint64_t size, struct text *why) {
  plan->bytes = bytes;
  plan->size = size;
  plan->header = bytes;
  if (!check_header(plan->header, size, why)) return false;
  for (int kind = 0; kind < PLAN_SECTIONS; kind++)
    if (!check_section(plan, kind, why)) return false;
  set_sections(plan);
  return check_records(plan, why) && check_descriptors(plan, why);
}
