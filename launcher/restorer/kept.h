/* Declares the functions that the application's threads run after the restore, and their data. All of it stays mapped.
 *
 * These functions may use nothing else of the program: no other function, no constant from .rodata, no jump table, no
 * thread-local storage. kept.o and waits.o together have no undefined symbols, which a test checks. */
#ifndef CRJVM_KEPT_H
#define CRJVM_KEPT_H

#include <stdint.h>

#include "plan.h"

#define KEPT __attribute__((section(".kept_text")))

/* A deadline that a thread was waiting for at the dump, in the time of the kernel that it now waits on. */
struct kept_deadline {
  uint64_t address;
  int64_t time[2];
  int64_t offset; /* ns by which the application's clock was set ahead of the kernel's */
};

enum { KEPT_UNMAPS = 6, KEPT_LINE = 192 };
enum { LATE_ASLEEP, LATE_AT_WORK, KEPT_LATE };
struct kept {
  struct kept_record record;                             /* first: at PLAN_KEPT_RECORD */
  long (*real_clock_gettime)(long clock, int64_t *time); /* NULL: the kernel has no such vDSO function */
  const struct kept_deadline *deadlines;                 /* ascending by address */
  uint64_t deadline_count;
  uint32_t ready;   /* threads that wait at the barrier */
  uint32_t threads; /* all threads but the main thread */
  uint32_t go;
  struct {
    uint64_t start, length;
  } unmaps[KEPT_UNMAPS]; /* what the last act unmaps */
  int message_fd;        /* where the agent finds the restore message, until it has read it */
  struct {
    uint64_t length;
    char text[KEPT_LINE];
  } late[KEPT_LATE]; /* messages about an agent that did not report in */
};
extern struct kept kept;

/* Stubs lead to the running kernel's function, or to one of these, which make the system call. */
long kept_clock_gettime(long clock, int64_t *time);
long kept_gettimeofday(void *time, void *zone);
long kept_time(int64_t *time);
long kept_clock_getres(long clock, void *time);
long kept_getcpu(void *cpu, void *node, void *cache);
long kept_getrandom(void *buffer, uint64_t length, uint32_t flags, void *state, uint64_t state_length);

/* Returns by how many nanoseconds the application's clock is ahead of the kernel's, or 0 for clocks that are not changed. */
int64_t kept_offset(int clock);
void kept_shift(int64_t *time, int64_t by);

/* Runs in a new thread up to the application's first instruction: it sets the identity, waits at the barrier and loads the
 * registers from the frame. */
_Noreturn void kept_become(const struct plan_thread *thread, uint64_t frame);
/* Does for the main thread the part of kept_become that comes before the barrier. */
void kept_set_identity(const struct plan_thread *thread);
/* Handles the signal that a timer sends once a second while the agent wakes up. It returns by kept_return. */
void kept_tick(int signal, const int *info);
extern const char kept_return[];
/* Is the main thread's last act: it releases the other threads, unmaps the program and loads its registers from the frame. */
_Noreturn void kept_leave(uint64_t frame);

#endif
