/* The clock goes on from the dump: the application's monotonic time neither stops nor jumps, whatever the machine's is.
 *
 * At the dumped vDSO's place come stubs that jump to the running kernel's functions; clock_gettime passes through a function
 * that adds the difference. Deadlines, which threads wait for by the continued clock, are turned back into the kernel's. */
#include <asm/errno.h>
#include <linux/mman.h>
#include <linux/time.h>

#include "restorer.h"
#include "vdso.h"

enum { SECOND = 1000000000, VDSO_MAX = 64 * 1024 };

static int64_t read_clock(int clock) {
  int64_t time[2] = {0, 0};
  sys(clock_gettime, clock, time);
  return time[0] * SECOND + time[1];
}

void read_clock_offsets(void) {
  const struct plan_header *header = self.plan.header;
  int64_t monotonic = (int64_t)(header->monotonic_sec * SECOND + header->monotonic_nsec);
  int64_t boottime = (int64_t)(header->boottime_sec * SECOND + header->boottime_nsec);
  kept.monotonic_offset = monotonic - read_clock(CLOCK_MONOTONIC);
  kept.boottime_offset = boottime ? boottime - read_clock(CLOCK_BOOTTIME) : kept.monotonic_offset;
}

static const struct {
  const char *name;
  void *without; /* when the running kernel has no such function */
} FUNCTIONS[PLAN_VDSO_FUNCTIONS] = {
    [PLAN_VDSO_CLOCK_GETTIME] = {"__vdso_clock_gettime", (void *)kept_clock_gettime},
    [PLAN_VDSO_GETTIMEOFDAY] = {"__vdso_gettimeofday", (void *)kept_gettimeofday},
    [PLAN_VDSO_TIME] = {"__vdso_time", (void *)kept_time},
    [PLAN_VDSO_CLOCK_GETRES] = {"__vdso_clock_getres", (void *)kept_clock_getres},
    [PLAN_VDSO_GETCPU] = {"__vdso_getcpu", (void *)kept_getcpu},
    [PLAN_VDSO_GETRANDOM] = {"__vdso_getrandom", (void *)kept_getrandom},
};

static uint64_t running_function(uint64_t function) {
  uint64_t elf = running_vdso(), size = running_vdso_size();
  uint64_t offset = elf ? find_vdso_function((const unsigned char *)elf, size, FUNCTIONS[function].name) : 0;
  return offset ? elf + offset : 0;
}

static uint64_t stub_target(uint64_t function) {
  bool ours = function == PLAN_VDSO_CLOCK_GETTIME || function == PLAN_VDSO_GETRANDOM;
  uint64_t running = ours ? 0 : running_function(function);
  return running ? running : (uint64_t)FUNCTIONS[function].without;
}

/* mov $to, %rax; jmp *%rax: rax holds nothing at a function's entry. */
static void write_jump(uint64_t from, uint64_t to) {
  unsigned char code[12] = {0x48, 0xb8, [10] = 0xff, 0xe0};
  __builtin_memcpy(code + 2, &to, sizeof to);
  __builtin_memcpy((void *)from, code, sizeof code);
}

/* The whole span is mapped, vvar's part too: glibc's list of loaded objects has the dumped vDSO, and dl_iterate_phdr (stack
 * unwinding) reads the headers at its start. As zeroes they say "nothing here". */
static void make_stubs(void) {
  const struct plan_header *header = self.plan.header;
  uint64_t length = header->vdso_end - header->vdso_start;
  if (!length) return;
  long at = sys(mmap, header->vdso_start, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | 0x100000 /* FIXED_NOREPLACE */,
                -1, 0);
  if (at != (long)header->vdso_start)
    fail("run it once more, addresses are random", "the address 0x%x is taken", header->vdso_start);
  kept.real_clock_gettime = (long (*)(long, int64_t *))running_function(PLAN_VDSO_CLOCK_GETTIME);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_STUBS]; i++)
    write_jump(self.plan.stubs[i].address, stub_target(self.plan.stubs[i].function));
  long error = sys(mprotect, header->vdso_start, length, PROT_READ | PROT_EXEC);
  if (error) fail(NULL, "making the clock's functions executable: %e", error);
}

static void lead_slots(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SLOTS]; i++) {
    const struct plan_slot *slot = &self.plan.slots[i];
    uint64_t *entry = (uint64_t *)slot->address, page = page_down(slot->address);
    uint64_t real = *entry;
    if (kept.real_timedwait && (uint64_t)kept.real_timedwait != real)
      fail("make a new image", "two libraries wait by different functions");
    kept.real_timedwait = (int (*)(void *, void *, const int64_t *))real;
    long error = sys(mprotect, page, PAGE_SIZE, PROT_READ | PROT_WRITE);
    if (!error) *entry = (uint64_t)kept_timedwait;
    if (!error) error = sys(mprotect, page, PAGE_SIZE, slot->prot);
    if (error) fail(NULL, "the clock's entry at 0x%x: %e", slot->address, error);
  }
}

/* These threads are inside of a futex call with an absolute time, which the kernel reads anew when the call starts again. */
static void shift_deadlines(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_DEADLINES]; i++) {
    int64_t *time = (int64_t *)self.plan.deadlines[i].address;
    if (time[0] < 0 || time[0] >= SECOND * 9ll || time[1] < 0 || time[1] >= SECOND) continue; /* "for ever", or no time */
    int64_t kernels = time[0] * SECOND + time[1] - kept.monotonic_offset;
    if (kernels < 0) kernels = 0;
    time[0] = kernels / SECOND;
    time[1] = kernels % SECOND;
  }
}

void continue_clock(void) {
  make_stubs();
  lead_slots();
  shift_deadlines();
}
