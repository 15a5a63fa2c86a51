/* Tests hostile plans: each single fault must be found, and nothing may be read past the end (the sanitizer checks). */
#include "check.h"
#include "crc.h"
#include "kernel_names.h"
#include "layout.h"
#include "needs.h"
#include "plan_file.h"
#include "plan_values.h"
#include "stubs.h"

enum { ROOM = 16384 };

/* The plan has one of everything. The sections follow each other. Tests change records through these pointers before they seal
 * the plan. */
static _Alignas(16) unsigned char bytes[ROOM];
static uint64_t size;
static struct plan_header *header;
static char *strings;
static struct plan_object *objects;
static struct plan_check *checks;
static struct plan_outside *outside;
static struct plan_made *made;
static struct plan_setting *settings;
static struct plan_miss *misses;
static struct plan_area *areas;
static struct plan_copy *copies;
static struct plan_fill *fills;
static struct plan_descriptor *descriptors;
static struct plan_option *options;
static struct plan_watch *watches;
static struct plan_inotify *inotify;
static struct plan_lock *locks;
static struct plan_signal *signals;
static struct plan_thread *threads;
static struct plan_stub *stubs;
static struct plan_deadline *deadlines;
static struct plan_slot *slots;
static struct plan_tid *tids;
static struct plan_word *words;
static struct plan_function *functions;
static struct plan_save *saves;
static struct plan_working_set *working_set;

static const struct machine_facts here = {.page_size = 4096, .address_bits = 39};

static void *add(int kind, uint32_t count, uint32_t record_size) {
  struct plan_section *section = &header->sections[kind];
  section->count = count;
  section->record_size = record_size;
  section->offset = size;
  void *at = bytes + size;
  size = (size + (uint64_t)count * record_size + 7) & ~7ul;
  if (size > ROOM) abort();
  return at;
}

static void fill_descriptors(void) {
  descriptors[0] = (struct plan_descriptor){.number = 3, .kind = PLAN_FD_OPEN};
  descriptors[1] = (struct plan_descriptor){.number = 4, .kind = PLAN_FD_DUP};
  descriptors[1].dup.original = 3;
  descriptors[2] = (struct plan_descriptor){.number = 5, .kind = PLAN_FD_PIPE};
  descriptors[2].pipe.pipe = 1;
  descriptors[3] = (struct plan_descriptor){.number = 6, .kind = PLAN_FD_EPOLL};
  descriptors[4] = (struct plan_descriptor){.number = 7, .kind = PLAN_FD_SOCKET};
  descriptors[4].socket.family = AF_INET;
  descriptors[4].socket.type = SOCK_STREAM;
  descriptors[4].socket.state = PLAN_SOCKET_LISTENING;
  descriptors[4].socket.address = 32;
  descriptors[4].socket.address_length = 16;
  descriptors[4].socket.backlog = 50;
  descriptors[5] = (struct plan_descriptor){.number = 8, .kind = PLAN_FD_INOTIFY};
  descriptors[6] = (struct plan_descriptor){.number = 9, .kind = PLAN_FD_TIMERFD};
  descriptors[6].timerfd.clock = 1;
  descriptors[6].timerfd.times = 32;
  descriptors[7] = (struct plan_descriptor){.number = 12, .kind = PLAN_FD_MESSAGE};
  options[0] = (struct plan_option){7, 1, 2, 1};
  watches[0] = (struct plan_watch){.epoll = 6, .fd = 7, .events = 1};
  inotify[0] = (struct plan_inotify){8, 1, 2, 0};
  locks[0] = (struct plan_lock){.fd = 3, .kind = PLAN_LOCK_FLOCK, .exclusive = 1};
}

static void fill_memory(void) {
  objects[0] = (struct plan_object){.kind = PLAN_OBJECT_PATH, .name = 0, .open_flags = 0};
  objects[1] = (struct plan_object){.kind = PLAN_OBJECT_IMAGE, .name = 8};
  objects[2] = (struct plan_object){.kind = PLAN_OBJECT_MEMFD, .name = 16, .open_flags = 2, .size = 8192};
  objects[3] = (struct plan_object){.kind = PLAN_OBJECT_ANON, .name = PLAN_NONE, .open_flags = 2, .size = 4096};
  areas[0] = (struct plan_area){.start = 0x10000, .length = 0x4000, .object = PLAN_NONE, .prot = 3};
  areas[1] = (struct plan_area){.start = 0x14000, .length = 0x1000, .object = 1, .prot = 7, .offset = 0x1000};
  areas[2] = (struct plan_area){.start = 0x7f0000000000, .length = 0x2000, .object = 2, .prot = 3, .flags = PLAN_AREA_SHARED};
  copies[0] = (struct plan_copy){0x11000, 0x1000, 0};
  fills[0] = (struct plan_fill){.object = 2, .at = 4096, .length = 4096, .offset = 4096};
  memcpy(strings, "/a/file", 8);
  memcpy(strings + 8, "memory", 7);
  memcpy(strings + 16, "heap", 5);
}

static void fill_rest(void) {
  checks[0] = (struct plan_check){.name = 0, .flags = PLAN_CHECK_CONTENT, .size = 1};
  outside[0] = (struct plan_outside){.name = 0, .kind = PLAN_OUTSIDE_WRITTEN, .flags = PLAN_OUTSIDE_CONTENT, .size = 1};
  outside[1] = (struct plan_outside){.name = 0, .kind = PLAN_OUTSIDE_EXEMPT, .flags = PLAN_OUTSIDE_BEGINNING};
  made[0] = (struct plan_made){.name = 0, .kind = PLAN_MADE_FOLDER, .flags = PLAN_MADE_EMPTY, .mode = 0755, .content = PLAN_NONE};
  made[1] = (struct plan_made){.name = 0, .kind = PLAN_MADE_FILE, .flags = PLAN_MADE_TEMPORARY, .mode = 0600, .content = 8};
  settings[0] = (struct plan_setting){.name = 8, .kind = PLAN_SETTING_PROPERTY, .use = PLAN_SETTING_REREAD};
  settings[1] = (struct plan_setting){.name = PLAN_NONE, .kind = PLAN_SETTING_ARGUMENTS, .use = PLAN_SETTING_READ};
  misses[0] = (struct plan_miss){.kind = PLAN_MISS_ALL_VARIABLES};
  signals[0] = (struct plan_signal){.number = 15, .handler = 0x10000};
  for (int i = 0; i < 2; i++) {
    threads[i].tid = 100 + i;
    threads[i].clear_tid_address = 0x10100;
    fill_registers(&threads[i]);
  }
  stubs[0] = (struct plan_stub){0x7ff000001000, PLAN_VDSO_CLOCK_GETTIME};
  stubs[1] = (struct plan_stub){0x7ff000001010, PLAN_VDSO_TIME};
  deadlines[0] = (struct plan_deadline){.address = 0x10300, .clock = 1};
  deadlines[1] = (struct plan_deadline){.address = 0x13f00, .clock = 7};
  slots[0] = (struct plan_slot){.address = 0x14008, .prot = 1};
  slots[1] = (struct plan_slot){.address = 0x14020, .prot = 1, .base = 0x14000};
  words[0] = (struct plan_word){0x10400, 1};
  functions[0] = (struct plan_function){.address = 0x14100, .wait = PLAN_WAIT_CLOCK};
  tids[0] = (struct plan_tid){.address = 0x10104, .thread = 1};
  saves[0] = (struct plan_save){.address = 0x14010, .prot = 1};
  working_set[0] = (struct plan_working_set){.start = 0x10000, .pages = 2};
  working_set[1] = (struct plan_working_set){.start = 0x13000, .pages = 2};
}

static void make_plan(void) {
  memset(bytes, 0, sizeof bytes);
  header = (void *)bytes;
  size = sizeof *header;
  memcpy(header->magic, PLAN_MAGIC, 8);
  header->version = PLAN_VERSION;
  header->memory_size = 0x4000;
  header->machine = PLAN_MACHINE;
  header->page_size = here.page_size;
  header->address_bits = here.address_bits;
  fill_processor(&header->processor);
  header->vdso_start = 0x7ff000000000;
  header->vdso_end = 0x7ff000002000;
  header->monotonic_sec = 1000;
  header->message_fd = 12;
  strings = add(PLAN_STRINGS, 64, 1);
  objects = add(PLAN_OBJECTS, 4, sizeof *objects);
  checks = add(PLAN_CHECKS, 1, sizeof *checks);
  areas = add(PLAN_AREAS, 3, sizeof *areas);
  copies = add(PLAN_COPIES, 1, sizeof *copies);
  fills = add(PLAN_FILLS, 1, sizeof *fills);
  descriptors = add(PLAN_DESCRIPTORS, 8, sizeof *descriptors);
  options = add(PLAN_OPTIONS, 1, sizeof *options);
  watches = add(PLAN_WATCHES, 1, sizeof *watches);
  inotify = add(PLAN_INOTIFY, 1, sizeof *inotify);
  locks = add(PLAN_LOCKS, 1, sizeof *locks);
  signals = add(PLAN_SIGNALS, 1, sizeof *signals);
  threads = add(PLAN_THREADS, 2, sizeof *threads);
  stubs = add(PLAN_STUBS, 2, sizeof *stubs);
  deadlines = add(PLAN_DEADLINES, 2, sizeof *deadlines);
  slots = add(PLAN_SLOTS, 2, sizeof *slots);
  tids = add(PLAN_TIDS, 1, sizeof *tids);
  words = add(PLAN_WORDS, 1, sizeof *words);
  functions = add(PLAN_FUNCTIONS, 1, sizeof *functions);
  saves = add(PLAN_SAVES, 1, sizeof *saves);
  outside = add(PLAN_OUTSIDE, 2, sizeof *outside);
  made = add(PLAN_MADE, 2, sizeof *made);
  settings = add(PLAN_SETTINGS, 2, sizeof *settings);
  misses = add(PLAN_MISSES, 1, sizeof *misses);
  working_set = add(PLAN_WORKING_SET, 2, sizeof *working_set);
  header->size = size;
  fill_memory();
  fill_descriptors();
  fill_rest();
}

static char message[512];

/* Uses a heap block of exactly this size, so that the sanitizer sees a read beyond it. */
static bool accepts_bytes(uint64_t length) {
  void *copy = malloc(length ? length : 1);
  struct plan plan;
  struct text why = TEXT(message);
  memset(&plan, 0, sizeof plan);
  message[0] = 0;
  memcpy(copy, bytes, length);
  bool accepted = check_plan(&plan, copy, length, &here, &why);
  struct needs needs;
  if (accepted) sum_needs(&plan, &needs);
  free(copy);
  if (accepted == (message[0] != 0)) abort(); /* there is a message exactly if the plan is refused */
  return accepted;
}

static bool accepts(void) {
  size_t start = offsetof(struct plan_header, crc) + 4;
  header->crc = crc32c(0, bytes + start, size - start);
  return accepts_bytes(size);
}

/* Checks that the plan with one change is refused, with these words. */
#define REFUSED(change, words) \
  do { \
    make_plan(); \
    change; \
    CHECK(!accepts() && strstr(message, words)); \
    if (!strstr(message, words)) printf("  (said: %s)\n", message); \
  } while (0)

static void test_frame(void) {
  make_plan();
  CHECK(accepts());
  for (uint64_t n = 0; n < size; n += 7) CHECK(!accepts_bytes(n));
  REFUSED(header->magic[0] = 'X', "does not begin");
  REFUSED(header->version++, "the plan has version");
  REFUSED(header->size++, "instead of");
  REFUSED(header->reserved = 1, "reserved");
  make_plan();
  CHECK(accepts());
  bytes[size - 1] ^= 1;
  CHECK(!accepts_bytes(size) && strstr(message, "checksum"));
  for (int kind = 0; kind < PLAN_SECTIONS; kind++) {
    REFUSED(header->sections[kind].record_size++, "another size");
    REFUSED(header->sections[kind].offset += 4, "not aligned");
    REFUSED(header->sections[kind].offset = size + 8, "outside");
    REFUSED(header->sections[kind].offset = 0, "outside");
    REFUSED(header->sections[kind].offset = ~7ul, "outside");
    REFUSED(header->sections[kind].count = 0xffffffff, "section of");
    REFUSED(header->sections[kind].count = 1u << 14, "section of");
    REFUSED(header->sections[kind].offset = header->sections[kind ? 0 : 1].offset, "overlaps");
  }
  REFUSED(header->monotonic_nsec = 1000000000, "clock");
  REFUSED(header->monotonic_sec = ~0ul, "clock");
  REFUSED(header->monotonic_offset = 1l << 62, "clock");
  REFUSED(header->resume_length = 0x5000, "reading the clock");
  REFUSED(header->resume_length = 1; header->resume_lead = 1, "reading the clock");
  REFUSED(header->boottime_offset = INT64_MIN, "clock");
  REFUSED(header->vdso_end = header->vdso_start, "vDSO");
  REFUSED(header->vdso_start++, "vDSO");
  REFUSED(header->heap_start = 4096, "Java heap");
  REFUSED(header->heap_end = ~0ul, "Java heap");
  REFUSED(header->vdso_start = OWN_START; header->vdso_end = OWN_START + 4096, "vDSO");
}

/* Another machine is named even if nothing else of its plan makes sense here. */
static void test_machine(void) {
  struct text why = TEXT(message);
  make_plan();
  CHECK(check_machine(bytes, size, &here, &why) && !why.length);
  header->machine = OTHER_MACHINE;
  memset(bytes + offsetof(struct plan_header, processor), 0xff, 1000);
  CHECK(!check_machine(bytes, offsetof(struct plan_header, processor), &here, &why));
  CHECK(!strcmp(message, OTHER_MACHINE_REFUSED));
  CHECK(!accepts() && strstr(message, "and this machine is"));
  REFUSED(header->machine = 40, "an unknown machine, 40");
  REFUSED(header->page_size = 65536, "the image is for pages of 65536 bytes, and this kernel's have 4096");
  REFUSED(header->address_bits = 48, "the image needs addresses of 48 bits, and this kernel gives programs 39");
  make_plan();
  header->address_bits = 36;
  CHECK(accepts());
  header->version--, header->machine = 40;
  CHECK(check_machine(bytes, size, &here, &why) && check_machine(bytes, 20, &here, &why));
}

static void test_areas(void) {
  REFUSED(areas[0].start++, "whole pages");
  REFUSED(areas[0].length = 0, "user space");
  REFUSED(areas[0].length = ~4095ul, "user space");
  REFUSED(areas[2].start = USER_END - 0x1000; areas[2].length = 0x3000, "user space");
  REFUSED(areas[2].start = 0xffffffffff600000, "user space");
  REFUSED(areas[0].start = 0, "user space");
  REFUSED(areas[1].start = 0x13000, "not above");
  REFUSED(areas[2].start = 0x1000, "not above");
  REFUSED(areas[2].start = OWN_START - 4096, "restorer's own");
  REFUSED(areas[2].start = OWN_END - 4096, "restorer's own");
  REFUSED(areas[2].start = 0x7ff000001000, "vDSO's place");
  REFUSED(areas[0].prot = 8, "unknown bits");
  REFUSED(areas[0].flags = 64, "unknown bits");
  REFUSED(areas[0].advice = 512, "unknown bits");
  REFUSED(areas[1].object = 4, "no such object");
  REFUSED(areas[0].flags = PLAN_AREA_SHARED, "without an object");
  REFUSED(areas[1].flags = PLAN_AREA_GROWSDOWN, "growing stack");
  REFUSED(areas[1].flags = PLAN_AREA_DROPPABLE, "droppable memory of an object");
  REFUSED(areas[1].flags = PLAN_AREA_SHARED, "shares a file");
  REFUSED(areas[1].offset = 0x4000, "beyond the memory");
  REFUSED(areas[2].offset = ~4095ul, "its offset");
  REFUSED(copies[0].start = 0x15000, "its place");
  REFUSED(copies[0].start = 0x14000, "anonymous");
  REFUSED(copies[0].length = 0x4000, "anonymous");
  REFUSED(copies[0].length = ~4095ul, "anonymous");
  REFUSED(copies[0].offset = 0x4000, "beyond the memory");
  REFUSED(copies[0].offset = ~0ul, "beyond the memory");
  REFUSED(fills[0].object = 9, "no such object");
  REFUSED(fills[0].object = 1, "is a file");
  REFUSED(fills[0].at = 8192, "beyond its object");
  REFUSED(fills[0].offset = 0x4000, "beyond the memory");
  REFUSED(fills[0].length = ~0ul, "beyond its object");
}

static void test_objects(void) {
  REFUSED(objects[0].kind = 9, "unknown kind");
  REFUSED(objects[0].name = 64, "its name");
  REFUSED(objects[0].name = PLAN_NONE, "its name");
  REFUSED(objects[3].name = 0, "its name");
  REFUSED(memset(strings, '/', 64), "its name"); /* no end */
  REFUSED(strings[0] = 'a', "not absolute");
  REFUSED(strings[8] = '.', "leads elsewhere");
  REFUSED(strings[10] = '/', "leads elsewhere");
  REFUSED(objects[0].open_flags = 3, "its flags");
  REFUSED(objects[0].open_flags = 0x40, "its flags");
  REFUSED(objects[2].size = ~0ul, "its size");
  REFUSED(checks[0].name = 99, "its path");
  REFUSED(checks[0].name = 24, "its path"); /* an empty one */
  REFUSED(checks[0].flags = 2, "its flags");
  REFUSED(outside[0].name = 99, "its path");
  REFUSED(outside[1].name = 8, "its path"); /* not an absolute one */
  REFUSED(outside[0].kind = PLAN_OUTSIDE_EXEMPT + 1, "its kind");
  REFUSED(outside[0].flags = 16, "its flags");
  REFUSED(made[0].name = 99, "its path");
  REFUSED(made[1].name = 8, "its path");
  REFUSED(made[0].kind = PLAN_MADE_FILE + 1, "its kind");
  REFUSED(made[0].flags = 8, "its flags");
  REFUSED(made[0].mode = 010000, "its permissions");
  REFUSED(made[1].mtime_nsec = 1000000000, "its time");
  REFUSED(made[0].content = 8, "its content"); /* a folder has none */
  REFUSED(made[1].content = 99, "its content");
  REFUSED(made[1].content = 0, "its content"); /* not a file of the image */
  REFUSED(settings[0].name = 99, "its name");
  REFUSED(settings[0].name = PLAN_NONE, "its name");
  REFUSED(settings[0].kind = PLAN_SETTING_ARGUMENTS + 1, "its kind");
  REFUSED(settings[1].use = PLAN_SETTING_FIXED + 1, "its use");
  REFUSED(settings[1].use = PLAN_SETTING_PORT, "its name");
  REFUSED((settings[0].use = PLAN_SETTING_PORT, settings[0].crc = 65536), "its port");
  REFUSED(misses[0].kind = PLAN_MISS_ALL_VARIABLES + 1, "its kind");
}

static void test_descriptors(void) {
  REFUSED(descriptors[0].number = 2, "its number");
  REFUSED(descriptors[1].number = 3, "its number");
  REFUSED(descriptors[7].number = 1 << 30, "its number");
  REFUSED(descriptors[0].kind = 99, "unknown kind");
  REFUSED(descriptors[0].open.object = 4, "no such object");
  REFUSED(descriptors[0].open.log = 0644, "its permissions");
  REFUSED(descriptors[0].open.log = 2 * PLAN_LOG | 0644, "its permissions");
  REFUSED(descriptors[0].open.log = -1, "its permissions");
  REFUSED(descriptors[0].open.log = PLAN_LOG | 0644; descriptors[0].open.object = 2, "its permissions");
  make_plan();
  descriptors[0].open.log = PLAN_LOG | 0644;
  CHECK(accepts());
  REFUSED(descriptors[1].dup.original = 4, "no such original");
  REFUSED(descriptors[1].dup.original = -1, "no such original");
  REFUSED(descriptors[2].pipe.end = 2, "its end");
  REFUSED(descriptors[4].socket.state = PLAN_SOCKET_RESET + 1, "unknown state");
  REFUSED(descriptors[4].socket.state = PLAN_SOCKET_RESET; descriptors[4].socket.family = AF_UNIX, "its family");
  REFUSED(descriptors[4].socket.address = 60, "its address");
  REFUSED(descriptors[4].socket.address = 0xfffffff0, "its address");
  REFUSED(descriptors[4].socket.address_length = 200, "its address");
  REFUSED(descriptors[4].socket.backlog = ~0ul, "its backlog");
  REFUSED(descriptors[6].timerfd.times = 40, "its times");
  REFUSED(descriptors[6].timerfd.times = PLAN_NONE, "its times");
  REFUSED(header->message_fd = 3, "restore message");
  REFUSED(options[0].fd = 3, "not a socket");
  REFUSED(watches[0].epoll = 7, "not an epoll");
  REFUSED(watches[0].fd = 99, "does not exist");
  REFUSED(watches[0].fd = -1, "does not exist");
  REFUSED(inotify[0].fd = 3, "inotify");
  REFUSED(inotify[0].wd = 0, "inotify");
  REFUSED(inotify[0].name = 77, "inotify");
  REFUSED(locks[0].fd = 77, "lock");
  REFUSED(locks[0].kind = 3, "lock");
}

static void test_threads(void) {
  REFUSED(header->sections[PLAN_THREADS].count = 0, "there is none");
  REFUSED_REGISTERS(REFUSED, &threads[1]);
  REFUSED(threads[1].clear_tid_address = 0x15000, "the address of its id");
  REFUSED(threads[1].clear_tid_address = 0x10101, "the address of its id");
  REFUSED(threads[1].rseq_address = 0x15000, "restartable");
  REFUSED(memset(threads[1].name, 'x', 16), "its name");
  REFUSED(tids[0].thread = 2, "no such thread");
  REFUSED(tids[0].address = 0x20000, "its address");
  REFUSED(tids[0].address = 0x14ffe, "its address");
  REFUSED(saves[0].address = 0x14014, "its address");
  REFUSED(saves[0].address = 0x30000, "its address");
  REFUSED(saves[0].prot = 8, "its address");
  REFUSED(signals[0].number = 9, "its number");
  REFUSED(signals[0].number = 65, "its number");
  REFUSED(signals[0].handler = ~0ul, "its handler");
  REFUSED(signals[0].restorer = ~0ul; signals[0].flags = 0x04000000, "its handler");
  REFUSED(stubs[0].function = STUB_FUNCTIONS, "unknown function");
  REFUSED(stubs[0].address = 0x7ff000001ff8, "outside");
  REFUSED(stubs[0].address = ~0ul, "outside");
  REFUSED(stubs[1].address = stubs[0].address + 8, "overlaps");
  REFUSED(deadlines[1].address = 0x14ff8, "its address"); /* its second half is outside */
  REFUSED(deadlines[1].address = deadlines[0].address, "not above");
  REFUSED(deadlines[0].address = 4, "its address");
  REFUSED(slots[0].address = 0x7f0000000000, "its address"); /* shared memory */
  REFUSED(slots[0].prot = 8, "its address");
  REFUSED(slots[0].prot = 3; areas[1].prot = 5; working_set[1].pages = 1, "its address"); /* writable only afterwards */
  REFUSED(slots[1].address = slots[0].address, "not above");
  REFUSED(slots[1].function = 1, "no such function");
  REFUSED(words[0].address = 0x10404, "its address");
  REFUSED(words[0].address = 0x7f0000000000, "its address"); /* shared memory */
  REFUSED(functions[0].wait = PLAN_WAITS, "unknown kind");
  REFUSED(functions[0].address = 0x10000, "its address"); /* not executable */
  make_plan();
  signals[0].restorer = ~0ul; /* the C library leaves it as it is where the flag says that it does not count */
  CHECK(accepts());
  make_plan();
  deadlines[1].address = 0x13ff8; /* it crosses two areas, both writable */
  CHECK(accepts());
}

static void test_working_set(void) {
  REFUSED(working_set[1].use = PLAN_USES, "working set 1");
  REFUSED(working_set[0].start++, "working set 0");
  REFUSED(working_set[0].start = 0xf000, "working set 0");
  REFUSED(working_set[0].pages = 0, "working set 0");
  REFUSED(working_set[0].pages = 0xffffffff, "working set 0");
  REFUSED(working_set[1].start = 0x11000, "working set 1");        /* not above the first */
  REFUSED(working_set[1].pages = 3, "working set 1");              /* beyond the areas */
  REFUSED(working_set[1].start = 0x7f0000000000, "working set 1"); /* shared memory */
  REFUSED(areas[1].prot = 5, "working set 1");
}

static void test_needs(void) {
  struct plan plan;
  struct needs needs;
  struct text why = TEXT(message);
  make_plan();
  header->heap_start = 0x14000, header->heap_end = 0x114000;
  areas[0].flags = PLAN_AREA_LOCKED;
  CHECK(accepts());
  CHECK(check_plan(&plan, bytes, size, &here, &why));
  sum_needs(&plan, &needs);
  CHECK(needs.address_space == 0x7000 && needs.locked == 0x4000 && needs.stack == 0);
  CHECK(needs.data == 0x4000 + 0x1000);                         /* the shared one does not count */
  CHECK(needs.resident == 0x1000 + 4096 + 0x1000 + 2 * 0x8000); /* copy, fill, the heap's stored page, two threads */
  CHECK(needs.heap == 0x100000 && needs.file == 8192);
  header->heap_start = 0x200000, header->heap_end = 0x300000;
  CHECK(accepts());
  CHECK(check_plan(&plan, bytes, size, &here, &why));
  sum_needs(&plan, &needs);
  CHECK(needs.resident == 0x1000 + 4096 + 0x400 + 2 * 0x8000); /* a quarter of a page that can be written */
}

/* Any byte may have any value: the plan is refused or accepted, but nothing outside is read. */
static void test_noise(void) {
  unsigned seed = 1;
  for (int i = 0; i < 20000; i++) {
    make_plan();
    for (int k = 0; k < 3; k++) {
      seed = seed * 1103515245 + 12345;
      bytes[16 + (seed >> 8) % (size - 16)] = (unsigned char)(seed >> 24);
    }
    accepts();
  }
  CHECK(1);
}

int main(void) {
  test_frame();
  test_machine();
  test_areas();
  test_objects();
  test_descriptors();
  test_threads();
  test_working_set();
  test_needs();
  test_noise();
  return finish("plan_test");
}
