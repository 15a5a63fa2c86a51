/* The pages that the first requests write: copied from the image before the application's threads are there.
 *
 * When a page that other processors may know is replaced by a copy, the kernel interrupts them all and waits, which costs more
 * than the copy. Nothing has touched these pages yet, so that nobody has to be interrupted: not even for the second thread that
 * helps where there is a second processor. It has ended before the application's first thread starts. */
#include <linux/futex.h>
#include <linux/sched.h>

#include "restorer.h"

enum {
  POPULATE_WRITE = 23, /* MADV_POPULATE_WRITE, in headers from Linux 5.14 on */
  RUNS = 16,           /* taken at a time */
  FEW_PAGES = 256,     /* not worth a thread */
  STACK = 4096,
  PROCESSORS = 8192, /* that a mask has room for */
};

static uint32_t taken;
static int32_t helper; /* its thread id; the kernel writes 0 when it has ended */

static void populate_all(void) {
  const struct plan_working_set *set = self.plan.working_set;
  uint32_t count = self.plan.counts[PLAN_WORKING_SET], i;
  while ((i = __atomic_fetch_add(&taken, RUNS, __ATOMIC_RELAXED)) < count)
    for (uint32_t end = i + RUNS < count ? i + RUNS : count; i < end; i++)
      sys(madvise, set[i].start, set[i].pages * PAGE_SIZE, POPULATE_WRITE);
}

static void help(void) {
  populate_all();
  for (;;) sys(exit, 0);
}

static bool several_processors(void) {
  static uint64_t mask[PROCESSORS / 64];
  long bytes = sys(sched_getaffinity, 0, sizeof mask, mask);
  bool one = false;
  for (long i = 0; i < bytes / 8; i++) {
    if (!mask[i]) continue;
    if (one || mask[i] & (mask[i] - 1)) return true;
    one = true;
  }
  return false;
}

/* Without the helper its work is done all the same: that a thread can't be made is no error here. */
static void start_helper(void) {
  uint64_t flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
                   CLONE_CHILD_CLEARTID;
  char *stack = allocate(STACK);
  long id = start_thread(__NR_clone, (long[]){(long)flags, (long)(stack + STACK), (long)&helper, (long)&helper, 0}, help, NULL, 0);
  if (id < 0) helper = 0;
}

static bool can_populate(void) {
  const struct plan_working_set *first = self.plan.working_set;
  return self.plan.counts[PLAN_WORKING_SET] && sys(madvise, first->start, PAGE_SIZE, POPULATE_WRITE) == 0;
}

void begin_working_set(void) {
  uint64_t pages = 0;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WORKING_SET]; i++) pages += self.plan.working_set[i].pages;
  /* A kernel before 5.14 refuses; the pages come by fault, then. */
  if (!can_populate()) taken = self.plan.counts[PLAN_WORKING_SET];
  else if (pages >= FEW_PAGES && !self.options.same_pid && several_processors()) start_helper();
}

void end_working_set(void) {
  populate_all();
  for (int32_t id; (id = __atomic_load_n(&helper, __ATOMIC_SEQ_CST)) != 0;) sys(futex, &helper, FUTEX_WAIT, id, 0);
}
