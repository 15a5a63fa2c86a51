/* Lets the application's monotonic clock continue from the dump: it neither stops nor jumps, whatever the machine's clock shows.
 *
 * Stubs take the place of the dumped vDSO and jump to the running kernel's functions. clock_gettime goes through a function
 * that adds the difference. Functions that take absolute times are wrapped (waits.c). Deadlines that threads were waiting for
 * at the dump are converted to the running kernel's clock. */
#include "clock.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <linux/time.h>

#include "fallback.h"
#include "kept.h"
#include "kernel_names.h"
#include "layout.h"
#include "memory.h"
#include "restorer.h"
#include "stubs.h"
#include "syscall.h"
#include "vdso.h"
#include "written_code.h"

enum { SECOND = 1000000000, VDSO_MAX = 64 * 1024 };

static int64_t read_clock(int clock) {
  int64_t time[2] = {0, 0};
  sys(clock_gettime, clock, time);
  return time[0] * SECOND + time[1];
}

static void read_clock_offsets(void) {
  const struct plan_header *header = self.plan.header;
  int64_t monotonic = (int64_t)(header->monotonic_sec * SECOND + header->monotonic_nsec);
  int64_t boottime = (int64_t)(header->boottime_sec * SECOND + header->boottime_nsec);
  kept.record.monotonic_offset = monotonic - read_clock(CLOCK_MONOTONIC);
  kept.record.boottime_offset = boottime ? boottime - read_clock(CLOCK_BOOTTIME) : kept.record.monotonic_offset;
}

/* The stubs use these functions if the running kernel's vDSO lacks one. */
static void *const WITHOUT[PLAN_VDSO_FUNCTIONS] = {
    [PLAN_VDSO_CLOCK_GETTIME] = (void *)kept_clock_gettime,
    [PLAN_VDSO_GETTIMEOFDAY] = (void *)kept_gettimeofday,
    [PLAN_VDSO_TIME] = (void *)kept_time,
    [PLAN_VDSO_CLOCK_GETRES] = (void *)kept_clock_getres,
    [PLAN_VDSO_GETCPU] = (void *)kept_getcpu,
    [PLAN_VDSO_GETRANDOM] = (void *)kept_getrandom,
};

static uint64_t running_function(uint64_t function) {
  uint64_t elf = running_vdso(), size = running_vdso_size();
  uint64_t offset = elf ? find_vdso_function((const unsigned char *)elf, size, VDSO_NAMES[function]) : 0;
  return offset ? elf + offset : 0;
}

static uint64_t stub_target(uint64_t function) {
  bool ours = function == PLAN_VDSO_CLOCK_GETTIME || function == PLAN_VDSO_GETRANDOM;
  uint64_t running = ours ? 0 : running_function(function);
  return running ? running : (uint64_t)WITHOUT[function];
}

/* Maps the whole span, with vvar's part: the dumped vDSO is in glibc's list of loaded objects, and dl_iterate_phdr (stack
 * unwinding) reads the headers at its start. Zeroes there mean that there are none. */
static void make_stubs(void) {
  const struct plan_header *header = self.plan.header;
  uint64_t length = header->vdso_end - header->vdso_start;
  if (!length) return;
  long at =
      sys(mmap, header->vdso_start, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at != (long)header->vdso_start)
    fail("run it once more, addresses are random", "the address 0x%x is taken", header->vdso_start);
  kept.real_clock_gettime = (long (*)(long, int64_t *))running_function(PLAN_VDSO_CLOCK_GETTIME);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_STUBS]; i++) {
    const struct plan_stub *stub = &self.plan.stubs[i];
    write_stub(stub->address, stub->function, stub_target(stub->function));
    publish_code(stub->address, STUB_SIZE);
    kept.record.stubs[stub->function] = stub->address;
  }
  long error = sys(mprotect, header->vdso_start, length, PROT_READ | PROT_EXEC);
  if (error) fail(NULL, "making the clock's functions executable: %e", error);
}

/* Counts the slots from first on that lie in one area and get the same protection. Their pages can be changed together. */
static uint32_t count_run(uint32_t first) {
  const struct plan_slot *slots = self.plan.slots;
  uint32_t n = 1, area = find_area(&self.plan, slots[first].address);
  while (first + n < self.plan.counts[PLAN_SLOTS] && slots[first + n].prot == slots[first].prot &&
         find_area(&self.plan, slots[first + n].address) == area)
    n++;
  return n;
}

static void lead_slots(void) {
  const struct plan_slot *slots = self.plan.slots;
  for (uint32_t i = 0, n; i < self.plan.counts[PLAN_SLOTS]; i += n) {
    n = count_run(i);
    uint64_t start = page_down(slots[i].address), length = page_up(slots[i + n - 1].address + 8) - start;
    bool opened = !(slots[i].prot & PROT_WRITE);
    long error = opened ? sys(mprotect, start, length, PROT_READ | PROT_WRITE) : 0;
    for (uint32_t k = i; !error && k < i + n; k++)
      *(uint64_t *)slots[k].address = PLAN_KEPT_WRAPPER(slots[k].function) - slots[k].base;
    if (!error && opened) error = sys(mprotect, start, length, slots[i].prot);
    if (error) fail(NULL, "the clock's word at 0x%x: %e", slots[i].address, error);
  }
}

/* Changes the deadlines of threads that are inside a system call with an absolute time: the kernel reads the time again when the
 * call restarts. The changed values are remembered for turn_forth. */
static void turn_deadlines(void) {
  const struct plan_header *header = self.plan.header;
  uint32_t count = self.plan.counts[PLAN_DEADLINES];
  if (!count) return;
  uint64_t length = page_up(count * sizeof(struct kept_deadline));
  long at = sys(mmap, OWN_DEADLINES, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at != (long)OWN_DEADLINES) fail(NULL, "memory for deadlines: %e", at < 0 ? at : (long)-EEXIST);
  struct kept_deadline *kept_deadlines = (struct kept_deadline *)at;
  for (uint32_t i = 0; i < count; i++) {
    const struct plan_deadline *deadline = &self.plan.deadlines[i];
    bool boottime = deadline->clock == CLOCK_BOOTTIME;
    int64_t before = boottime ? header->boottime_offset : header->monotonic_offset, offset = kept_offset((int)deadline->clock);
    int64_t *time = (int64_t *)deadline->address;
    struct kept_deadline *remembered = &kept_deadlines[i];
    *remembered = (struct kept_deadline){.address = deadline->address, .offset = offset};
    if (time[0] < 0 || time[0] >= SECOND * 9ll || time[1] < 0 || time[1] >= SECOND) continue; /* "for ever", or invalid */
    kept_shift(time, before - offset);
    if (time[0] < 0) time[0] = time[1] = 0;
    remembered->time[0] = time[0];
    remembered->time[1] = time[1];
  }
  long error = sys(mprotect, at, length, PROT_READ);
  if (error) fail(NULL, "making the deadlines read-only: %e", error);
  kept.deadlines = kept_deadlines;
  kept.deadline_count = count;
}

/* Maps the dumped vDSO that PLAN_RESUME describes. */
static void map_resume(void) {
  const struct plan_header *header = self.plan.header;
  if (!header->resume_length) return;
  uint64_t length = page_up(header->resume_lead + header->resume_length);
  long at = sys(mmap, OWN_RESUME, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at != (long)OWN_RESUME) fail(NULL, "memory for reading the clock: %e", at < 0 ? at : (long)-EEXIST);
  long got = sys(pread64, self.memory_fd, OWN_RESUME + header->resume_lead, header->resume_length, header->resume_offset);
  if (got != (long)header->resume_length) fail(NULL, "reading the memory file: %e", got < 0 ? got : (long)-EIO);
  publish_code(OWN_RESUME, length);
  long error = sys(mprotect, OWN_RESUME, length, PROT_READ | PROT_EXEC);
  if (error) fail(NULL, "making the clock's functions executable: %e", error);
}

static void keep_record(void) {
  struct kept_record *record = &kept.record;
  __builtin_memcpy(record->magic, PLAN_KEPT_MAGIC, sizeof record->magic);
  record->version = 1;
  record->function_count = self.plan.counts[PLAN_FUNCTIONS];
  record->vdso_start = self.plan.header->vdso_start;
  record->vdso_end = self.plan.header->vdso_end;
  for (uint32_t i = 0; i < record->function_count; i++) record->functions[i] = self.plan.functions[i];
}

void continue_clock(void) {
  read_clock_offsets();
  keep_record();
  make_stubs();
  map_resume();
  lead_slots();
  turn_deadlines();
}
