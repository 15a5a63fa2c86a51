/* Fills the memory with the copies, without which the application can't run, and with the working set: the pages that the first
 * requests write.
 *
 * The contents come before anything has touched these pages. If a copy replaced a page that other processors may have in use, the
 * kernel would interrupt them all and wait, which costs more than the copy. A second thread helps if there is a second
 * processor. It has ended before the application's first thread starts. */
#include "contents.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/uio.h>

#include "allocate.h"
#include "fallback.h"
#include "kernel_names.h"
#include "restorer.h"
#include "syscall.h"
#include "thread_start.h"
#include "written_code.h"

enum {
  RUN = 256 * 1024,  /* bytes that are copied at a time */
  PIECES = 64,       /* copies over which these bytes may be spread */
  SETS = 16,         /* ranges of the working set that are populated at a time */
  FEW = 1024 * 1024, /* fewer bytes are not worth a thread */
  STACK = 16 * 1024,
  PROCESSORS = 8192, /* an affinity mask has room for this many */
};

/* Copies that follow each other in the memory file, or a part of a long copy. */
struct run {
  uint32_t first, count;
  uint64_t skip, length; /* bytes left out of the first copy; bytes in all */
};
static struct run *runs;
static uint32_t run_count, runs_taken, runs_done, sets_taken;
static int64_t failure; /* error of a copy; 1: the file ends early */
static int32_t second;  /* the id of the second thread; the kernel writes 0 when the thread has ended */

static void find_runs(void) {
  const struct plan_copy *copies = self.plan.copies;
  uint32_t count = self.plan.counts[PLAN_COPIES];
  uint64_t most = count;
  for (uint32_t i = 0; i < count; i++) most += copies[i].length / RUN + 1;
  runs = allocate(most * sizeof *runs);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t skip = 0;
    for (; copies[i].length - skip > RUN; skip += RUN) runs[run_count++] = (struct run){i, 1, skip, RUN};
    struct run *last = &runs[run_count ? run_count - 1 : 0];
    uint64_t length = copies[i].length - skip;
    bool follows = run_count && !skip && last->count < PIECES && last->length + length <= RUN &&
                   copies[i].offset == copies[i - 1].offset + copies[i - 1].length;
    if (follows) last->count++, last->length += length;
    else runs[run_count++] = (struct run){i, 1, skip, length};
  }
}

static void copy_run(const struct run *run) {
  const struct plan_copy *copies = self.plan.copies + run->first;
  struct iovec pieces[PIECES];
  for (uint32_t i = 0; i < run->count; i++) {
    uint64_t skip = i ? 0 : run->skip, length = run->count == 1 ? run->length : copies[i].length - skip;
    pieces[i].iov_base = (void *)(copies[i].start + skip);
    pieces[i].iov_len = length;
    /* Populating all pages at once costs half of what single faults cost. A kernel before 5.14 refuses, and then the pages come
     * by fault. */
    if (length > 4 * PAGE_SIZE) sys(madvise, copies[i].start + skip, length, MADV_POPULATE_WRITE);
  }
  struct iovec *piece = pieces;
  for (uint64_t done = 0; done < run->length;) {
    long got = sys(preadv, self.memory_fd, piece, pieces + run->count - piece, copies->offset + run->skip + done, 0);
    if (got <= 0) {
      __atomic_store_n(&failure, got ? got : 1, __ATOMIC_SEQ_CST);
      return;
    }
    done += (uint64_t)got;
    if (done == run->length) return;
    uint64_t rest = (uint64_t)got;
    for (; rest && rest >= piece->iov_len; piece++) rest -= piece->iov_len;
    piece->iov_base = (char *)piece->iov_base + rest;
    piece->iov_len -= rest;
  }
}

static void copy_runs(void) {
  uint32_t i;
  while ((i = __atomic_fetch_add(&runs_taken, 1, __ATOMIC_SEQ_CST)) < run_count) {
    copy_run(&runs[i]);
    if (__atomic_add_fetch(&runs_done, 1, __ATOMIC_SEQ_CST) == run_count) sys(futex, &runs_done, FUTEX_WAKE_PRIVATE, 1);
  }
}

static void populate_sets(void) {
  const struct plan_working_set *set = self.plan.working_set;
  uint32_t count = self.plan.counts[PLAN_WORKING_SET], i;
  while ((i = __atomic_fetch_add(&sets_taken, SETS, __ATOMIC_SEQ_CST)) < count)
    for (uint32_t end = i + SETS < count ? i + SETS : count; i < end; i++)
      if (set[i].use == PLAN_USE_WRITE) sys(madvise, set[i].start, set[i].pages * PAGE_SIZE, MADV_POPULATE_WRITE);
}

static void help(void) {
  copy_runs();
  populate_sets();
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

/* Starts a second thread. It is not an error here if it can't be made: the work is done without it, too. */
static void start_second_thread(void) {
  uint64_t flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
                   CLONE_CHILD_CLEARTID;
  char *stack = allocate(STACK);
  const struct clone_words words = {
      .flags = flags, .stack = (uint64_t)(stack + STACK), .parent_tid = (uint64_t)&second, .child_tid = (uint64_t)&second};
  long id = start_by_clone(&words, help, NULL, 0);
  if (id < 0) second = 0;
}

static uint64_t bytes_of_all(void) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < run_count; i++) bytes += runs[i].length;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WORKING_SET]; i++)
    if (self.plan.working_set[i].use == PLAN_USE_WRITE) bytes += self.plan.working_set[i].pages * PAGE_SIZE;
  return bytes;
}

static bool can_populate(void) {
  const struct plan_working_set *set = self.plan.working_set;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WORKING_SET]; i++)
    if (set[i].use == PLAN_USE_WRITE) return sys(madvise, set[i].start, PAGE_SIZE, MADV_POPULATE_WRITE) == 0;
  return false;
}

void begin_contents(void) {
  find_runs();
  /* A kernel before 5.14 refuses, and then the pages come by fault. */
  if (!can_populate()) sets_taken = self.plan.counts[PLAN_WORKING_SET];
  if (bytes_of_all() >= FEW && !self.options.same_pid && several_processors()) start_second_thread();
}

/* The JIT compilers' code is copied, too. */
static void publish_copies(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_COPIES]; i++) {
    const struct plan_copy *copy = &self.plan.copies[i];
    if (self.plan.areas[find_area(&self.plan, copy->start)].prot & PROT_EXEC) publish_code(copy->start, copy->length);
  }
}

void end_copies(void) {
  copy_runs();
  for (uint32_t n; (n = __atomic_load_n(&runs_done, __ATOMIC_SEQ_CST)) < run_count;)
    sys(futex, &runs_done, FUTEX_WAIT_PRIVATE, n, 0);
  if (failure == 1) fail(NULL, "the memory file ends early");
  if (failure) fail(NULL, "reading the memory file: %e", (long)failure);
  if (!SEES_WRITTEN_CODE) publish_copies();
}

void end_working_set(void) {
  populate_sets();
  for (int32_t id; (id = __atomic_load_n(&second, __ATOMIC_SEQ_CST)) != 0;) sys(futex, &second, FUTEX_WAIT, id, 0);
}

void populate_reads(void) {
  const struct plan_working_set *set = self.plan.working_set;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WORKING_SET]; i++)
    if (set[i].use == PLAN_USE_READ) sys(madvise, set[i].start, set[i].pages * PAGE_SIZE, MADV_POPULATE_READ);
}
