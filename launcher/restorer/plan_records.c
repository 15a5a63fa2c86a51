/* Checks the records of a plan that concern memory and threads: every index, address and range is checked before anything
 * acts. */
#include "plan_records.h"

#include <linux/signal.h>

#include "kernel.h"
#include "registers.h"
#include "stubs.h"

static bool wrong(struct text *why, const char *section, uint32_t index, const char *what) {
  append(why, "the plan is damaged: %s %u: %s", section, (uint64_t)index, what);
  return false;
}

/* Returns true if length is above 0 and the end neither overflows nor exceeds limit. */
static bool range_fits(uint64_t start, uint64_t length, uint64_t limit) {
  return length && start <= limit && length <= limit - start;
}

static bool overlaps(uint64_t start, uint64_t end, uint64_t other_start, uint64_t other_end) {
  return start < other_end && other_start < end;
}

static bool check_vdso_span(const struct plan_header *header, struct text *why) {
  uint64_t start = header->vdso_start, end = header->vdso_end;
  if (!start && !end) return true;
  bool fits = start < end && start % PAGE_SIZE == 0 && end % PAGE_SIZE == 0 && start >= PAGE_SIZE && end <= USER_END &&
              end - start <= 1ul << 20 && !overlaps(start, end, OWN_START, OWN_END);
  if (!fits) append(why, "the plan is damaged: the place of the vDSO makes no sense");
  return fits;
}

static bool is_offset(int64_t nanoseconds) { return nanoseconds > -(1l << 62) && nanoseconds < 1l << 62; }

static bool check_heap_span(const struct plan_header *header, struct text *why) {
  bool fits = header->heap_start <= header->heap_end && header->heap_end <= USER_END;
  if (!fits) append(why, "the plan is damaged: the place of the Java heap makes no sense");
  return fits;
}

/* Rejects clock values that could overflow in nanoseconds. */
static bool check_times(const struct plan_header *header, struct text *why) {
  bool fit = header->monotonic_nsec < 1000000000 && header->boottime_nsec < 1000000000 && header->monotonic_sec < 1ul << 32 &&
             header->boottime_sec < 1ul << 32 && is_offset(header->monotonic_offset) && is_offset(header->boottime_offset);
  if (!fit) append(why, "the plan is damaged: the clock makes no sense");
  return fit;
}

static bool is_image_name(const char *name) { return *name && *name != '.' && !text_find(name, '/'); }

static bool check_objects(const struct plan *plan, struct text *why) {
  uint32_t perfdata = 0;
  for (uint32_t i = 0; i < plan->counts[PLAN_OBJECTS]; i++) {
    const struct plan_object *object = &plan->objects[i];
    const char *name = object->name == PLAN_NONE ? NULL : plan_string(plan, object->name);
    bool named = object->kind == PLAN_OBJECT_PATH || object->kind == PLAN_OBJECT_IMAGE || object->kind == PLAN_OBJECT_MEMFD;
    if (object->kind > PLAN_OBJECT_PERFDATA) return wrong(why, "object", i, "unknown kind");
    if (named ? !name : object->name != PLAN_NONE) return wrong(why, "object", i, "its name");
    if (object->kind == PLAN_OBJECT_PATH && *name != '/') return wrong(why, "object", i, "its path is not absolute");
    if (object->kind == PLAN_OBJECT_IMAGE && !is_image_name(name)) return wrong(why, "object", i, "its name leads elsewhere");
    if (object->kind == PLAN_OBJECT_MEMFD && object->mode & ~0x3fu) return wrong(why, "object", i, "its seals");
    if (object->open_flags & ~3u || object->open_flags == 3) return wrong(why, "object", i, "its flags");
    if (object->size > 1ul << 46) return wrong(why, "object", i, "its size");
    if (object->kind == PLAN_OBJECT_PERFDATA && perfdata++) return wrong(why, "object", i, "a second one for jps");
  }
  return true;
}

static bool check_checks(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_CHECKS]; i++) {
    const char *name = plan_string(plan, plan->checks[i].name);
    if (!name || (*name != '/' && !is_image_name(name))) return wrong(why, "check", i, "its path");
    if (plan->checks[i].flags & ~(uint32_t)PLAN_CHECK_CONTENT) return wrong(why, "check", i, "its flags");
  }
  return true;
}

static bool check_outside(const struct plan *plan, struct text *why) {
  enum { FLAGS = PLAN_OUTSIDE_CONTENT | PLAN_OUTSIDE_WARN | PLAN_OUTSIDE_BEGINNING | PLAN_OUTSIDE_ABSENT };
  for (uint32_t i = 0; i < plan->counts[PLAN_OUTSIDE]; i++) {
    const struct plan_outside *file = &plan->outside[i];
    const char *name = plan_string(plan, file->name);
    if (!name || *name != '/') return wrong(why, "file outside", i, "its path");
    if (file->kind > PLAN_OUTSIDE_EXEMPT) return wrong(why, "file outside", i, "its kind");
    if (file->flags & ~(uint32_t)FLAGS) return wrong(why, "file outside", i, "its flags");
  }
  return true;
}

static bool check_made(const struct plan *plan, struct text *why) {
  enum { FLAGS = PLAN_MADE_TEMPORARY | PLAN_MADE_EMPTY | PLAN_MADE_WARN };
  for (uint32_t i = 0; i < plan->counts[PLAN_MADE]; i++) {
    const struct plan_made *made = &plan->made[i];
    const char *name = plan_string(plan, made->name), *content = plan_string(plan, made->content);
    if (!name || *name != '/') return wrong(why, "file made", i, "its path");
    if (made->kind > PLAN_MADE_FILE) return wrong(why, "file made", i, "its kind");
    if (made->flags & ~(uint32_t)FLAGS) return wrong(why, "file made", i, "its flags");
    if (made->mode & ~07777u) return wrong(why, "file made", i, "its permissions");
    if (made->mtime_nsec >= 1000000000) return wrong(why, "file made", i, "its time");
    if (made->content != PLAN_NONE && (!content || !is_image_name(content) || made->kind != PLAN_MADE_FILE))
      return wrong(why, "file made", i, "its content");
  }
  return true;
}

static bool check_settings_and_misses(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_SETTINGS]; i++) {
    const struct plan_setting *setting = &plan->settings[i];
    if (setting->kind > PLAN_SETTING_ARGUMENTS) return wrong(why, "setting", i, "its kind");
    if (setting->use > PLAN_SETTING_FIXED) return wrong(why, "setting", i, "its use");
    bool nameless = setting->kind == PLAN_SETTING_ARGUMENTS && setting->use != PLAN_SETTING_PORT;
    if (!nameless && !plan_string(plan, setting->name)) return wrong(why, "setting", i, "its name");
    if (setting->use == PLAN_SETTING_PORT && (!setting->crc || setting->crc > UINT16_MAX))
      return wrong(why, "setting", i, "its port");
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_MISSES]; i++)
    if (plan->misses[i].kind > PLAN_MISS_ALL_VARIABLES) return wrong(why, "miss", i, "its kind");
  return true;
}

static const char *area_fault(const struct plan *plan, const struct plan_area *area, uint64_t end_before) {
  const struct plan_header *header = plan->header;
  bool anonymous = area->object == PLAN_NONE;
  if (area->start % PAGE_SIZE || area->length % PAGE_SIZE || area->offset % PAGE_SIZE) return "not whole pages";
  if (area->start < PAGE_SIZE || !range_fits(area->start, area->length, USER_END)) return "outside of user space";
  if (area->start < end_before) return "not above the one before it";
  uint64_t end = area->start + area->length;
  if (overlaps(area->start, end, OWN_START, OWN_END)) return "in the restorer's own place";
  if (overlaps(area->start, end, header->vdso_start, header->vdso_end)) return "in the vDSO's place";
  if (area->prot & ~PLAN_PROT || area->flags & ~63u || area->advice & ~511u) return "unknown bits";
  if (!anonymous && area->object >= plan->counts[PLAN_OBJECTS]) return "no such object";
  if (anonymous && area->flags & PLAN_AREA_SHARED) return "shared, but without an object";
  if (!anonymous && area->flags & PLAN_AREA_DROPPABLE) return "droppable memory of an object";
  if (!anonymous && area->flags & PLAN_AREA_GROWSDOWN) return "a growing stack of an object";
  if (!anonymous && !range_fits(area->offset, area->length, 1ul << 62)) return "its offset";
  if (anonymous) return NULL;
  const struct plan_object *object = &plan->objects[area->object];
  if (object->kind == PLAN_OBJECT_IMAGE && area->flags & PLAN_AREA_SHARED) return "shares a file of the image";
  if (object->kind == PLAN_OBJECT_IMAGE && text_equal(plan_string(plan, object->name), "memory") &&
      !range_fits(area->offset, area->length, header->memory_size))
    return "beyond the memory file";
  return NULL;
}

static bool check_areas(const struct plan *plan, struct text *why) {
  uint64_t end = 0;
  for (uint32_t i = 0; i < plan->counts[PLAN_AREAS]; i++) {
    const char *fault = area_fault(plan, &plan->areas[i], end);
    if (fault) return wrong(why, "area", i, fault);
    end = plan->areas[i].start + plan->areas[i].length;
  }
  return true;
}

static bool check_contents(const struct plan *plan, struct text *why) {
  uint64_t memory = plan->header->memory_size;
  for (uint32_t i = 0; i < plan->counts[PLAN_COPIES]; i++) {
    const struct plan_copy *copy = &plan->copies[i];
    uint32_t at = find_area(plan, copy->start);
    if (copy->start % PAGE_SIZE || copy->length % PAGE_SIZE || at == PLAN_NONE) return wrong(why, "copy", i, "its place");
    const struct plan_area *area = &plan->areas[at];
    if (area->object != PLAN_NONE || !range_fits(copy->start - area->start, copy->length, area->length))
      return wrong(why, "copy", i, "not inside an anonymous area");
    if (!range_fits(copy->offset, copy->length, memory)) return wrong(why, "copy", i, "beyond the memory file");
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_FILLS]; i++) {
    const struct plan_fill *fill = &plan->fills[i];
    if (fill->object >= plan->counts[PLAN_OBJECTS]) return wrong(why, "fill", i, "no such object");
    const struct plan_object *object = &plan->objects[fill->object];
    if (object->kind < PLAN_OBJECT_MEMFD) return wrong(why, "fill", i, "its object is a file");
    if (!range_fits(fill->at, fill->length, object->size)) return wrong(why, "fill", i, "beyond its object");
    if (!range_fits(fill->offset, fill->length, memory)) return wrong(why, "fill", i, "beyond the memory file");
  }
  return true;
}

static bool check_signals(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_SIGNALS]; i++) {
    uint64_t number = plan->signals[i].number;
    if (number < 1 || number > 64 || number == 9 || number == 19) return wrong(why, "signal", i, "its number");
    bool returns = plan->signals[i].flags & SA_RESTORER && plan->signals[i].restorer >= USER_END;
    if (plan->signals[i].handler >= USER_END || returns) return wrong(why, "signal", i, "its handler");
  }
  return true;
}

static const char *thread_fault(const struct plan *plan, const struct plan_thread *thread) {
  const char *fault = registers_fault(&plan->header->processor, thread);
  if (fault) return fault;
  if (thread->clear_tid_address % 4 || !inside_areas(plan, thread->clear_tid_address, 4, 2, false))
    return "the address of its id";
  if (thread->rseq_address && (thread->rseq_address % 4 || !inside_areas(plan, thread->rseq_address, 32, 2, false)))
    return "its restartable sequence";
  if (thread->name[sizeof thread->name - 1]) return "its name";
  return NULL;
}

static bool check_threads(const struct plan *plan, struct text *why) {
  if (!plan->counts[PLAN_THREADS]) return wrong(why, "thread", 0, "there is none");
  for (uint32_t i = 0; i < plan->counts[PLAN_THREADS]; i++) {
    const char *fault = thread_fault(plan, &plan->threads[i]);
    if (fault) return wrong(why, "thread", i, fault);
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_TIDS]; i++) {
    const struct plan_tid *tid = &plan->tids[i];
    if (tid->thread >= plan->counts[PLAN_THREADS]) return wrong(why, "thread id", i, "no such thread");
    if (tid->address % 4 || !inside_areas(plan, tid->address, 4, 2, false)) return wrong(why, "thread id", i, "its address");
  }
  return true;
}

static bool check_resume(const struct plan *plan, struct text *why) {
  const struct plan_header *header = plan->header;
  if (!header->resume_length) return true;
  bool fits = header->resume_length <= PLAN_RESUME_MAX && header->resume_lead <= PLAN_RESUME_MAX &&
              header->resume_lead % PAGE_SIZE == 0 &&
              range_fits(header->resume_offset, header->resume_length, header->memory_size);
  if (!fits) append(why, "the plan is damaged: the code for reading the clock");
  return fits;
}

static bool check_words(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_WORDS]; i++)
    if (plan->words[i].address % 8 || !inside_areas(plan, plan->words[i].address, 8, 2, true))
      return wrong(why, "word", i, "its address");
  return true;
}

static bool check_waits(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_FUNCTIONS]; i++) {
    const struct plan_function *function = &plan->functions[i];
    if (function->wait >= PLAN_WAITS) return wrong(why, "wrapped function", i, "unknown kind");
    if (!inside_areas(plan, function->address, 1, 4, false)) return wrong(why, "wrapped function", i, "its address");
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_DEADLINES]; i++) {
    const struct plan_deadline *deadline = &plan->deadlines[i];
    if (deadline->address % 8 || !inside_areas(plan, deadline->address, 16, 2, false))
      return wrong(why, "deadline", i, "its address");
    if (i && deadline->address <= deadline[-1].address) return wrong(why, "deadline", i, "not above the one before it");
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_SLOTS]; i++) {
    const struct plan_slot *slot = &plan->slots[i];
    /* If the page is to be writable afterwards, it has to be writable already. */
    if (slot->address % 8 || slot->prot & ~7u || !inside_areas(plan, slot->address, 8, slot->prot & 2 ? 3 : 1, true))
      return wrong(why, "slot", i, "its address");
    if (i && slot->address <= slot[-1].address) return wrong(why, "slot", i, "not above the one before it");
    if (slot->function >= plan->counts[PLAN_FUNCTIONS]) return wrong(why, "slot", i, "no such function");
  }
  return true;
}

/* Two stubs may be the same, but must not overlap. */
static bool check_clock(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_STUBS]; i++) {
    const struct plan_stub *stub = &plan->stubs[i];
    if (stub->function >= STUB_FUNCTIONS) return wrong(why, "stub", i, "unknown function");
    if (stub->address < plan->header->vdso_start || !range_fits(stub->address, STUB_SIZE, plan->header->vdso_end))
      return wrong(why, "stub", i, "outside of the vDSO");
    for (uint32_t k = 0; k < i; k++) {
      const struct plan_stub *other = &plan->stubs[k];
      bool same = stub->address == other->address && stub->function == other->function;
      if (!same && overlaps(stub->address, stub->address + STUB_SIZE, other->address, other->address + STUB_SIZE))
        return wrong(why, "stub", i, "overlaps another one");
    }
  }
  return check_waits(plan, why);
}

static bool check_saves(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_SAVES]; i++) {
    const struct plan_save *save = &plan->saves[i];
    if (save->address % 8 || save->prot & ~7u || !inside_areas(plan, save->address, 8, 1, true))
      return wrong(why, "save area", i, "its address");
  }
  return true;
}

/* The pages must be private memory: the image has nothing to copy into shared memory. */
static bool check_working_set(const struct plan *plan, struct text *why) {
  uint64_t end = 0;
  for (uint32_t i = 0; i < plan->counts[PLAN_WORKING_SET]; i++) {
    const struct plan_working_set *set = &plan->working_set[i];
    uint64_t length = set->pages * PAGE_SIZE;
    if (set->use >= PLAN_USES) return wrong(why, "working set", i, "unknown use");
    if (set->start % PAGE_SIZE || set->start < end || !length) return wrong(why, "working set", i, "its place");
    if (!inside_areas(plan, set->start, length, set->use == PLAN_USE_WRITE ? 3 : 0, true))
      return wrong(why, "working set", i, "its place");
    end = set->start + length;
  }
  return true;
}

static bool check_kernel_bits(const struct plan_header *header, struct text *why) {
  bool known = !(header->kernel >> KERNEL_FEATURES);
  if (!known) append(why, "the plan is damaged: unknown needs of the kernel");
  return known;
}

static bool check_reserved(const struct plan_header *header, struct text *why) {
  if (header->reserved) append(why, "the plan is damaged: its reserved word is not 0");
  return !header->reserved;
}

bool check_records(const struct plan *plan, struct text *why) {
  return check_reserved(plan->header, why) && check_kernel_bits(plan->header, why) && check_vdso_span(plan->header, why) &&
         check_heap_span(plan->header, why) && check_times(plan->header, why) && check_objects(plan, why) &&
         check_checks(plan, why) && check_outside(plan, why) && check_made(plan, why) && check_settings_and_misses(plan, why) &&
         check_areas(plan, why) && check_contents(plan, why) && check_signals(plan, why) && check_threads(plan, why) &&
         check_words(plan, why) && check_clock(plan, why) && check_resume(plan, why) && check_saves(plan, why) &&
         check_working_set(plan, why);
}
