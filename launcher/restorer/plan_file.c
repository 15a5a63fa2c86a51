/* The frame of a plan: header, checksum, sections. */
#include "plan_file.h"

#include "crc.h"
#include "plan_descriptors.h"
#include "plan_records.h"

static const struct {
  const char *name;
  uint32_t record_size, limit;
} SECTIONS[PLAN_SECTIONS] = {
    [PLAN_STRINGS] = {"strings", 1, PLAN_MAX_SIZE},
    [PLAN_OBJECTS] = {"objects", sizeof(struct plan_object), 1u << 18},
    [PLAN_CHECKS] = {"checks", sizeof(struct plan_check), 1u << 18},
    [PLAN_AREAS] = {"areas", sizeof(struct plan_area), 1u << 20},
    [PLAN_COPIES] = {"copies", sizeof(struct plan_copy), 1u << 20},
    [PLAN_FILLS] = {"fills", sizeof(struct plan_fill), 1u << 20},
    [PLAN_DESCRIPTORS] = {"descriptors", sizeof(struct plan_descriptor), 1u << 18},
    [PLAN_OPTIONS] = {"socket options", sizeof(struct plan_option), 1u << 18},
    [PLAN_WATCHES] = {"epoll registrations", sizeof(struct plan_watch), 1u << 18},
    [PLAN_INOTIFY] = {"inotify watches", sizeof(struct plan_inotify), 1u << 18},
    [PLAN_LOCKS] = {"locks", sizeof(struct plan_lock), 1u << 18},
    [PLAN_SIGNALS] = {"signals", sizeof(struct plan_signal), 64},
    [PLAN_THREADS] = {"threads", sizeof(struct plan_thread), 1u << 15},
    [PLAN_STUBS] = {"stubs", sizeof(struct plan_stub), 64},
    [PLAN_DEADLINES] = {"deadlines", sizeof(struct plan_deadline), 1u << 16},
    [PLAN_SLOTS] = {"slots", sizeof(struct plan_slot), 1u << 12},
    [PLAN_TIDS] = {"thread ids", sizeof(struct plan_tid), 1u << 17},
    [PLAN_WORDS] = {"words", sizeof(struct plan_word), 1u << 17},
    [PLAN_FUNCTIONS] = {"wrapped functions", sizeof(struct plan_function), PLAN_KEPT_FUNCTIONS},
    [PLAN_SAVES] = {"save areas", sizeof(struct plan_save), 16},
    [PLAN_OUTSIDE] = {"files outside", sizeof(struct plan_outside), 1u << 18},
    [PLAN_SETTINGS] = {"settings", sizeof(struct plan_setting), 1u << 16},
    [PLAN_MISSES] = {"misses", sizeof(struct plan_miss), 1u << 19},
    [PLAN_WORKING_SET] = {"the working set", sizeof(struct plan_working_set), 1u << 18},
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
  if (!section->count) return true; /* wherever it is said to be, nobody looks there */
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
  plan->strings = (const void *)starts[PLAN_STRINGS];
  plan->objects = (const void *)starts[PLAN_OBJECTS];
  plan->checks = (const void *)starts[PLAN_CHECKS];
  plan->areas = (const void *)starts[PLAN_AREAS];
  plan->copies = (const void *)starts[PLAN_COPIES];
  plan->fills = (const void *)starts[PLAN_FILLS];
  plan->descriptors = (const void *)starts[PLAN_DESCRIPTORS];
  plan->options = (const void *)starts[PLAN_OPTIONS];
  plan->watches = (const void *)starts[PLAN_WATCHES];
  plan->inotify = (const void *)starts[PLAN_INOTIFY];
  plan->locks = (const void *)starts[PLAN_LOCKS];
  plan->signals = (const void *)starts[PLAN_SIGNALS];
  plan->threads = (const void *)starts[PLAN_THREADS];
  plan->stubs = (const void *)starts[PLAN_STUBS];
  plan->deadlines = (const void *)starts[PLAN_DEADLINES];
  plan->slots = (const void *)starts[PLAN_SLOTS];
  plan->tids = (const void *)starts[PLAN_TIDS];
  plan->words = (const void *)starts[PLAN_WORDS];
  plan->functions = (const void *)starts[PLAN_FUNCTIONS];
  plan->saves = (const void *)starts[PLAN_SAVES];
  plan->outside = (const void *)starts[PLAN_OUTSIDE];
  plan->settings = (const void *)starts[PLAN_SETTINGS];
  plan->misses = (const void *)starts[PLAN_MISSES];
  plan->working_set = (const void *)starts[PLAN_WORKING_SET];
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
