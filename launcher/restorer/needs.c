/* Computes how much of the limited resources an image needs. */
#include "needs.h"

enum { PROT_OF_DATA = 2 };

/* The first requests and the first full collection also write outside of the Java heap: to data of classes and methods, to malloc's
 * memory, to the collector's tables. Nobody knows how much. In a small application it was a fifth of the writable memory with JDK
 * 17, and a seventh with JDK 25. Each thread has a stack in the kernel, and some pages of its own. */
enum { WRITTEN_PART = 4, MEMORY_OF_THREAD = 32 * 1024 };

static uint64_t bytes_written(const struct plan_area *area, uint64_t heap_start, uint64_t heap_end) {
  if (area->start >= heap_start && area->start < heap_end) return area->length;
  return area->prot & PROT_OF_DATA && !(area->flags & PLAN_AREA_SHARED) ? area->length / WRITTEN_PART : 0;
}

static void add_area(const struct plan *plan, const struct plan_area *area, struct needs *needs) {
  const struct plan_header *header = plan->header;
  bool private = !(area->flags & (PLAN_AREA_SHARED | PLAN_AREA_GROWSDOWN));
  bool stored = area->object != PLAN_NONE && plan->objects[area->object].kind == PLAN_OBJECT_IMAGE;
  needs->address_space += area->length;
  if (private && area->prot & PROT_OF_DATA) needs->data += area->length;
  if (area->flags & PLAN_AREA_GROWSDOWN && area->length > needs->stack) needs->stack = area->length;
  if (area->flags & PLAN_AREA_LOCKED) needs->locked += area->length;
  if (stored) needs->resident += bytes_written(area, header->heap_start, header->heap_end);
}

/* Read-only areas are writable while they are filled, so they count. */
static void add_copies(const struct plan *plan, struct needs *needs) {
  uint32_t last = PLAN_NONE;
  for (uint32_t i = 0; i < plan->counts[PLAN_COPIES]; i++) {
    uint32_t at = find_area(plan, plan->copies[i].start);
    const struct plan_area *area = &plan->areas[at];
    needs->resident += plan->copies[i].length;
    if (at != last && !(area->prot & PROT_OF_DATA) && !(area->flags & PLAN_AREA_GROWSDOWN)) needs->data += area->length;
    last = at;
  }
}

void sum_needs(const struct plan *plan, struct needs *needs) {
  *needs = (struct needs){.heap = plan->header->heap_end - plan->header->heap_start};
  for (uint32_t i = 0; i < plan->counts[PLAN_AREAS]; i++) add_area(plan, &plan->areas[i], needs);
  add_copies(plan, needs);
  needs->resident += (uint64_t)plan->counts[PLAN_THREADS] * MEMORY_OF_THREAD;
  for (uint32_t i = 0; i < plan->counts[PLAN_FILLS]; i++) needs->resident += plan->fills[i].length;
  for (uint32_t i = 0; i < plan->counts[PLAN_OBJECTS]; i++)
    if (plan->objects[i].size > needs->file) needs->file = plan->objects[i].size;
}

/* A line has the form NUMBER:CONTROLLERS:PATH. The line of v2 is 0::PATH. */
bool find_memory_group(const char *groups, bool old, struct text *path) {
  static const char MEMORY[] = "memory";
  for (const char *line = groups, *next; *line; line = next) {
    const char *end = text_find(line, '\n'), *names = text_find(line, ':');
    if (!end) return false;
    next = end + 1;
    if (!names || names > end) continue;
    const char *name = ++names;
    while (old && name < end && *name != ':' && !(text_starts(name, MEMORY) && (name[6] == ',' || name[6] == ':'))) {
      while (*name != ',' && *name != ':' && name < end) name++;
      if (*name == ',') name++;
    }
    bool found = old ? name < end && text_starts(name, MEMORY) : *names == ':' && line[0] == '0' && line + 2 == names;
    while (name < end && *name != ':') name++;
    if (!found || name == end || name[1] != '/') continue;
    for (name++; name < end; name++) append(path, "%c", (int)*name);
    return true;
  }
  return false;
}

uint64_t parse_memory_limit(const char *content) {
  const char *end = content;
  uint64_t value;
  while (*end >= '0' && *end <= '9') end++;
  /* cgroup v1 has no word for "none": it shows the largest number of pages. */
  if (!parse_number(content, end, ~0ul, &value) || value >= 1ul << 60) return ~0ul;
  return value;
}
