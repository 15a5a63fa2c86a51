/* Checks plans: an accepted plan must be safe to execute without further checks. */
#include "address.h"
#include "crc.h"
#include "fuzz.h"
#include "kernel.h"
#include "layout.h"
#include "needs.h"
#include "plan_file.h"
#include "plan_registers.h"
#include "stubs.h"

/* Corrects the checksum, which a fuzzer would not find. */
static void mend(uint8_t *bytes, size_t size) {
  struct plan_header *header = (struct plan_header *)bytes;
  size_t start = offsetof(struct plan_header, crc) + sizeof header->crc;
  if (size < sizeof *header || memcmp(header->magic, PLAN_MAGIC, sizeof header->magic)) return;
  header->size = size;
  header->crc = crc32c(0, bytes + start, size - start);
}

/* These mutations keep the structure and change one word of one record. */
static unsigned next_random(unsigned *seed) {
  *seed = *seed * 1103515245 + 12345;
  return *seed >> 8;
}

static uint64_t pick_value(const uint8_t *data, size_t size, uint64_t old, unsigned *seed) {
  static const uint64_t SPECIAL[] = {0,         1,        4096, ~0ul, 0xffffffff, USER_END, OWN_START, OWN_END, OWN_START - 4096,
                                     1ul << 62, 1ul << 63};
  uint64_t other = 0;
  switch (next_random(seed) % 8) {
    case 0: return old + 1;
    case 1: return old - 1;
    case 2: return old + 4096;
    case 3: return old - 4096;
    case 4: return old ^ 1ul << next_random(seed) % 64;
    case 5: return SPECIAL[next_random(seed) % (sizeof SPECIAL / sizeof *SPECIAL)];
    case 6: return next_random(seed) % 256;
    default:
      if (size >= sizeof other) memcpy(&other, data + next_random(seed) % (size - sizeof other + 1) / 4 * 4, sizeof other);
      return other;
  }
}

static void change_word(uint8_t *data, size_t size, size_t at, unsigned *seed) {
  uint64_t word;
  size_t width = next_random(seed) % 2 ? 8 : 4;
  at = at / width * width;
  if (at + sizeof word > size) return;
  memcpy(&word, data + at, sizeof word);
  word = pick_value(data, size, word, seed);
  memcpy(data + at, &word, width);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed) {
  struct plan_header header;
  if (size < sizeof header || next_random(&seed) % 4 == 0) return LLVMFuzzerMutate(data, size, room);
  memcpy(&header, data, sizeof header);
  for (unsigned changes = 1 + next_random(&seed) % 3; changes--;) {
    unsigned kind = next_random(&seed) % (PLAN_SECTIONS + 2);
    const struct plan_section *section = &header.sections[kind % PLAN_SECTIONS];
    uint64_t length = (uint64_t)section->count * section->record_size;
    if (kind >= PLAN_SECTIONS || !length || section->offset >= size || length > size - section->offset)
      change_word(data, size, next_random(&seed) % sizeof header, &seed);
    else change_word(data, size, section->offset + next_random(&seed) % length, &seed);
  }
  return size;
}

static bool disjoint(uint64_t start, uint64_t end, uint64_t other_start, uint64_t other_end) {
  return end <= other_start || other_end <= start;
}

/* Looks at each area, which is slow but independent of the validation. */
static bool all_in_areas(const struct plan *plan, uint64_t address, uint64_t length, uint32_t prot, bool only_private) {
  uint64_t covered = 0;
  for (uint32_t i = 0; i < plan->counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &plan->areas[i];
    uint64_t from = address > area->start ? address : area->start;
    uint64_t to = address + length < area->start + area->length ? address + length : area->start + area->length;
    if (from >= to) continue;
    if ((area->prot & prot) != prot || (only_private && area->flags & PLAN_AREA_SHARED)) return false;
    covered += to - from;
  }
  return covered == length;
}

static void look_at_header(const struct plan *plan) {
  const struct plan_header *header = plan->header;
  ALWAYS(header->vdso_start <= header->vdso_end && header->vdso_end <= USER_END);
  ALWAYS(header->vdso_start == header->vdso_end || disjoint(header->vdso_start, header->vdso_end, OWN_START, OWN_END));
  ALWAYS(header->heap_start <= header->heap_end && header->heap_end <= USER_END);
  ALWAYS(!header->resume_length ||
         (header->resume_length <= header->memory_size && header->resume_offset <= header->memory_size - header->resume_length));
  ALWAYS(!(header->kernel >> KERNEL_FEATURES));
}

static void look_at_areas(const struct plan *plan) {
  const struct plan_header *header = plan->header;
  uint64_t end = 0;
  for (uint32_t i = 0; i < plan->counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &plan->areas[i];
    ALWAYS(area->start >= end && area->start >= PAGE_SIZE && area->length && area->length <= USER_END);
    end = area->start + area->length;
    ALWAYS(end > area->start && end <= USER_END && !(area->start % PAGE_SIZE) && !(end % PAGE_SIZE));
    ALWAYS(disjoint(area->start, end, OWN_START, OWN_END) && disjoint(area->start, end, header->vdso_start, header->vdso_end));
    ALWAYS(area->object == PLAN_NONE || area->object < plan->counts[PLAN_OBJECTS]);
    ALWAYS(find_area(plan, area->start) == i && find_area(plan, end - 1) == i);
    if (area->object == PLAN_NONE) continue;
    const struct plan_object *object = &plan->objects[area->object];
    bool stored = object->kind == PLAN_OBJECT_IMAGE && !strcmp(plan_string(plan, object->name), "memory");
    ALWAYS(!stored || (area->offset <= header->memory_size && area->length <= header->memory_size - area->offset));
    ALWAYS(object->kind != PLAN_OBJECT_IMAGE || !(area->flags & PLAN_AREA_SHARED));
  }
}

static bool in_image(const char *name) { return *name && !strchr(name, '/') && strcmp(name, "..") && strcmp(name, "."); }

static void look_at_objects(const struct plan *plan) {
  for (uint32_t i = 0; i < plan->counts[PLAN_OBJECTS]; i++) {
    const struct plan_object *object = &plan->objects[i];
    const char *name = object->name == PLAN_NONE ? NULL : plan_string(plan, object->name);
    ALWAYS(object->kind <= PLAN_OBJECT_PERFDATA);
    ALWAYS(object->kind != PLAN_OBJECT_PATH || *name == '/');
    ALWAYS(object->kind != PLAN_OBJECT_IMAGE || in_image(name));
    ALWAYS(object->kind != PLAN_OBJECT_MEMFD || strlen(name) < 4096);
  }
}

static void look_at_contents(const struct plan *plan) {
  uint64_t memory = plan->header->memory_size;
  for (uint32_t i = 0; i < plan->counts[PLAN_COPIES]; i++) {
    const struct plan_copy *copy = &plan->copies[i];
    uint32_t area = find_area(plan, copy->start);
    ALWAYS(area != PLAN_NONE && plan->areas[area].object == PLAN_NONE && find_area(plan, copy->start + copy->length - 1) == area);
    ALWAYS(copy->offset <= memory && copy->length <= memory - copy->offset);
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_FILLS]; i++) {
    const struct plan_fill *fill = &plan->fills[i];
    uint64_t size = plan->objects[fill->object].size;
    ALWAYS(fill->at <= size && fill->length <= size - fill->at && fill->offset <= memory &&
           fill->length <= memory - fill->offset);
  }
}

/* Checks all writes that happen after the memory is in place: a page that is not writable would end the process, half
 * restored. */
static void look_at_writes(const struct plan *plan) {
  for (uint32_t i = 0; i < plan->counts[PLAN_THREADS]; i++) {
    const struct plan_thread *thread = &plan->threads[i];
    ALWAYS(all_in_areas(plan, thread->clear_tid_address, 4, 2, false));
    ALWAYS(!thread->rseq_address || all_in_areas(plan, thread->rseq_address, 32, 2, false));
    ALWAYS(memchr(thread->name, 0, sizeof thread->name));
    ALWAYS(demands_state(plan->header, thread));
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_TIDS]; i++)
    ALWAYS(plan->tids[i].thread < plan->counts[PLAN_THREADS] && all_in_areas(plan, plan->tids[i].address, 4, 2, false));
  for (uint32_t i = 0; i < plan->counts[PLAN_WORDS]; i++) ALWAYS(all_in_areas(plan, plan->words[i].address, 8, 2, true));
  for (uint32_t i = 0; i < plan->counts[PLAN_DEADLINES]; i++)
    ALWAYS(all_in_areas(plan, plan->deadlines[i].address, 16, 2, false));
  for (uint32_t i = 0; i < plan->counts[PLAN_SLOTS]; i++) {
    const struct plan_slot *slot = &plan->slots[i];
    ALWAYS(slot->function < plan->counts[PLAN_FUNCTIONS] && slot->function < PLAN_KEPT_FUNCTIONS);
    /* The page becomes writable for the change, unless it is to be writable afterwards. */
    ALWAYS(all_in_areas(plan, slot->address, 8, slot->prot & 2 ? 2 : 0, true));
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_SAVES]; i++) ALWAYS(all_in_areas(plan, plan->saves[i].address, 8, 1, true));
  for (uint32_t i = 0; i < plan->counts[PLAN_WORKING_SET]; i++)
    ALWAYS(all_in_areas(plan, plan->working_set[i].start, plan->working_set[i].pages * PAGE_SIZE,
                        plan->working_set[i].use == PLAN_USE_WRITE ? 3 : 0, true));
  for (uint32_t i = 0; i < plan->counts[PLAN_STUBS]; i++) {
    const struct plan_stub *stub = &plan->stubs[i];
    ALWAYS(stub->address >= plan->header->vdso_start && stub->address + STUB_SIZE <= plan->header->vdso_end);
    ALWAYS(stub->function < STUB_FUNCTIONS && stub->function < PLAN_KEPT_STUBS);
  }
}

/* Reads every byte that a descriptor refers to, so that the sanitizer sees those that are missing. */
static unsigned touch(const struct plan *plan, uint32_t offset, uint32_t length) {
  unsigned sum = 0;
  for (uint32_t i = 0; i < length; i++) sum += (unsigned char)plan->strings[offset + i];
  return sum;
}

static void look_at_socket(const struct plan *plan, const struct plan_descriptor *d) {
  int state = d->socket.state;
  uint32_t length = d->socket.address_length;
  if (state == PLAN_SOCKET_NEW || state == PLAN_SOCKET_RESET || d->socket.address == PLAN_NONE) return;
  struct endpoint at;
  touch(plan, d->socket.address, length);
  /* sockets.c copies into room of 128 bytes; a connected socket has two addresses of half the length. */
  ALWAYS((state == PLAN_SOCKET_CONNECTED ? length / 2 : length) <= 128);
  read_endpoint((const unsigned char *)plan->strings + d->socket.address, length, &at);
}

static void look_at_descriptor(const struct plan *plan, const struct plan_descriptor *d) {
  switch (d->kind) {
    case PLAN_FD_OPEN: ALWAYS(d->open.object < plan->counts[PLAN_OBJECTS]); break;
    case PLAN_FD_DUP:
      ALWAYS(d->dup.original >= 0 && d->dup.original < d->number);
      ALWAYS(d->dup.original < 3 || find_descriptor(plan, d->dup.original));
      break;
    case PLAN_FD_PIPE:
      ALWAYS(d->pipe.end == 0 || d->pipe.end == 1);
      if (d->pipe.unread != PLAN_NONE) touch(plan, d->pipe.unread, d->pipe.unread_length);
      break;
    case PLAN_FD_PAIR:
      if (d->pair.unread != PLAN_NONE) touch(plan, d->pair.unread, d->pair.unread_length);
      break;
    case PLAN_FD_TIMERFD: touch(plan, d->timerfd.times, 32); break;
    case PLAN_FD_SOCKET: look_at_socket(plan, d); break;
    default: break;
  }
}

static void look_at_descriptors(const struct plan *plan) {
  int before = 2;
  for (uint32_t i = 0; i < plan->counts[PLAN_DESCRIPTORS]; i++) {
    const struct plan_descriptor *d = &plan->descriptors[i];
    ALWAYS(d->number > before && d->number < 1 << 20 && find_descriptor(plan, d->number) == d);
    before = d->number;
    look_at_descriptor(plan, d);
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_OPTIONS]; i++) ALWAYS(find_descriptor(plan, plan->options[i].fd));
  for (uint32_t i = 0; i < plan->counts[PLAN_WATCHES]; i++) ALWAYS(find_descriptor(plan, plan->watches[i].epoll));
  for (uint32_t i = 0; i < plan->counts[PLAN_INOTIFY]; i++) ALWAYS(*plan_string(plan, plan->inotify[i].name) == '/');
  for (uint32_t i = 0; i < plan->counts[PLAN_LOCKS]; i++) ALWAYS(find_descriptor(plan, plan->locks[i].fd));
  for (uint32_t i = 0; i < plan->counts[PLAN_CHECKS]; i++) {
    const char *name = plan_string(plan, plan->checks[i].name);
    ALWAYS((*name == '/' || in_image(name)) && !(plan->checks[i].flags & ~(uint32_t)PLAN_CHECK_CONTENT));
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_OUTSIDE]; i++)
    ALWAYS(*plan_string(plan, plan->outside[i].name) == '/' && plan->outside[i].kind <= PLAN_OUTSIDE_EXEMPT);
  for (uint32_t i = 0; i < plan->counts[PLAN_MADE]; i++) {
    const char *content = plan_string(plan, plan->made[i].content);
    ALWAYS(*plan_string(plan, plan->made[i].name) == '/' && plan->made[i].mode <= 07777 && (!content || in_image(content)));
  }
}

static void look_at_needs(const struct plan *plan) {
  struct needs needs;
  sum_needs(plan, &needs);
  ALWAYS(needs.address_space <= USER_END && needs.data <= 2 * USER_END && needs.heap <= USER_END);
  ALWAYS(needs.stack <= needs.address_space && needs.locked <= needs.address_space);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char message[512] = "";
  struct text why = TEXT(message);
  static const struct machine_facts here = {.page_size = PAGE_SIZE, .address_bits = 48};
  struct plan plan;
  memset(&plan, 0, sizeof plan);
  uint8_t *bytes = exact_copy(data, size);
  mend(bytes, size);
  bool accepted = check_plan(&plan, bytes, size, &here, &why);
  ALWAYS(accepted == !message[0]);
  if (accepted) {
    look_at_header(&plan);
    look_at_objects(&plan);
    look_at_areas(&plan);
    look_at_contents(&plan);
    look_at_writes(&plan);
    look_at_descriptors(&plan);
    look_at_needs(&plan);
  }
  free(bytes);
  return 0;
}
