/* Has the functions that the application's threads run after the restore, and their data. All of it stays mapped. */
#include "kept.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/time.h>
#include <stdbool.h>

#include "fallback.h"
#include "kept_processor.h"
#include "syscall.h"

#define SECOND 1000000000

/* The structure is alone on its pages, which become read-only in the end. */
struct kept kept __attribute__((section(".kept_data"), aligned(PAGE_SIZE))) = {0};

KEPT void kept_shift(int64_t *time, int64_t by) {
  time[0] += by / SECOND;
  time[1] += by % SECOND;
  if (time[1] < 0) {
    time[1] += SECOND;
    time[0]--;
  } else if (time[1] >= SECOND) {
    time[1] -= SECOND;
    time[0]++;
  }
}

KEPT int64_t kept_offset(int clock) {
  switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE: return kept.record.monotonic_offset;
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: return kept.record.boottime_offset;
    default: return 0; /* wall clock, CPU time */
  }
}

KEPT long kept_clock_gettime(long clock, int64_t *time) {
  long (*real)(long, int64_t *) = kept.real_clock_gettime;
  long result = real ? real(clock, time) : sys(clock_gettime, clock, time);
  if (result) return result;
  int64_t offset = kept_offset((int)clock);
  if (offset) kept_shift(time, offset);
  return 0;
}

KEPT long kept_gettimeofday(void *time, void *zone) { return sys(gettimeofday, time, zone); }

/* The coarse clock is the one that time(2) reads. Not every processor's kernel has that call. */
KEPT long kept_time(int64_t *time) {
  int64_t now[2] = {0};
  sys(clock_gettime, CLOCK_REALTIME_COARSE, now);
  if (time) *time = now[0];
  return now[0];
}

KEPT long kept_clock_getres(long clock, void *time) { return sys(clock_getres, clock, time); }
KEPT long kept_getcpu(void *cpu, void *node, void *cache) { return sys(getcpu, cpu, node, cache); }

/* Always makes the system call. The vDSO's function would continue with the random bytes that it had stored at the dump, which
 * are the same in every copy of the image. A query for the size of the state (all ones) gets "not available". */
KEPT long kept_getrandom(void *buffer, uint64_t length, uint32_t flags, void *state, uint64_t state_length) {
  (void)state;
  return state_length == ~0ul ? -ENOSYS : sys(getrandom, buffer, length, flags);
}

/* Registers the thread's rseq area. If that fails, glibc must not trust the CPU number in it: -2 is glibc's value for a failed
 * registration. */
KEPT static void register_rseq(const struct plan_thread *thread) {
  uint32_t *cpu = (uint32_t *)thread->rseq_address;
  if (!cpu) return;
  if (sys(rseq, cpu, thread->rseq_length, 0, thread->rseq_signature) < 0) cpu[1] = (uint32_t)-2;
}

KEPT void kept_set_identity(const struct plan_thread *thread) {
  if (thread->robust_list) sys(set_robust_list, thread->robust_list, thread->robust_length);
  sys(prctl, PR_SET_NAME, thread->name);
  set_other_bases(thread);
  register_rseq(thread);
}

KEPT void kept_become(const struct plan_thread *thread, uint64_t frame) {
  kept_set_identity(thread);
  uint32_t all = kept.threads;
  if (__atomic_add_fetch(&kept.ready, 1, __ATOMIC_SEQ_CST) == all) sys(futex, &kept.ready, FUTEX_WAKE_PRIVATE, 1);
  while (!__atomic_load_n(&kept.go, __ATOMIC_SEQ_CST)) sys(futex, &kept.go, FUTEX_WAIT_PRIVATE, 0);
  load_frame(frame);
}

KEPT static void say_late(int why) {
  struct pollfd out = {.fd = 2, .events = POLLOUT};
  int64_t now[2] = {0};
  /* The pipe may be full because nobody reads it, and the process has to end all the same. */
  if (sys(ppoll, &out, 1, now, 0, 0) == 1 && out.revents & POLLOUT) sys(write, 2, kept.late[why].text, kept.late[why].length);
}

/* The timer's interval holds the number of ticks that are left, as its nanoseconds. The limit is counted in ticks and not as
 * time, because a process that was stopped for a while gets only one tick. */
KEPT void kept_tick(int signal, const int *info) {
  enum { CODE = 2, TIMER = 4, FROM_TIMER = -2 }; /* indexes of siginfo_t's ints; SI_TIMER */
  int64_t spec[4];                               /* interval, next expiry */
  (void)signal;
  if (info[CODE] != FROM_TIMER || sys(timer_gettime, info[TIMER], spec)) return;
  if (spec[1] > 0) {
    spec[1]--;
    spec[2] = spec[0];
    spec[3] = 0;
    sys(timer_settime, info[TIMER], 0, spec, 0);
    return;
  }
  say_late(sys(lseek, kept.message_fd, 0, SEEK_CUR) == 0 ? LATE_ASLEEP : LATE_AT_WORK);
  for (;;) sys(exit_group, EXIT_LATE);
}

KEPT void kept_leave(uint64_t frame) {
  __atomic_store_n(&kept.go, 1, __ATOMIC_SEQ_CST);
  sys(futex, &kept.go, FUTEX_WAKE_PRIVATE, INT32_MAX);
  for (int i = 0; i < KEPT_UNMAPS; i++)
    if (kept.unmaps[i].length) sys(munmap, kept.unmaps[i].start, kept.unmaps[i].length);
  sys(mprotect, &kept, (sizeof kept + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1), PROT_READ);
  load_frame(frame);
}
