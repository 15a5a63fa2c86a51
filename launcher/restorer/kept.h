/* What stays mapped after the restore: the functions that the application's threads run later, and their data.
 *
 * Nothing there may use anything else of the program: no other function, no constant from .rodata, no jump table, no
 * thread-local storage. kept.o and waits.o together have no undefined symbols; the test looks. */
#ifndef CRJVM_KEPT_H
#define CRJVM_KEPT_H

#include <stdint.h>

#include "plan.h"

#define KEPT __attribute__((section(".kept_text")))

/* A deadline of a thread that was waiting at the dump, as the kernel that it now waits on counts. */
struct kept_deadline {
  uint64_t address;
  int64_t time[2];
  int64_t offset; /* of its clock */
};

enum { KEPT_UNMAPS = 6, KEPT_LINE = 192 };
enum { LATE_ASLEEP, LATE_AT_WORK, KEPT_LATE };
struct kept {
  struct kept_record record;                             /* first: at PLAN_KEPT_RECORD */
  long (*real_clock_gettime)(long clock, int64_t *time); /* NULL: the kernel has no such vDSO function */
  const struct kept_deadline *deadlines;                 /* ascending by address */
  uint64_t deadline_count;
  uint32_t ready;   /* threads that stand at the barrier */
  uint32_t threads; /* all but the main thread */
  uint32_t go;
  struct {
    uint64_t start, length;
  } unmaps[KEPT_UNMAPS]; /* what the last act unmaps */
  int message_fd;        /* where the agent finds the restore message, until it has read it */
  struct {
    uint64_t length;
    char text[KEPT_LINE];
  } late[KEPT_LATE]; /* what there is to say of an agent that did not report in */
};
extern struct kept kept;

/* What a stub leads to: the running kernel's function, or one that makes the system call. */
long kept_clock_gettime(long clock, int64_t *time);
long kept_gettimeofday(void *time, void *zone);
long kept_time(int64_t *time);
long kept_clock_getres(long clock, void *time);
long kept_getcpu(void *cpu, void *node, void *cache);
long kept_getrandom(void *buffer, uint64_t length, uint32_t flags, void *state, uint64_t state_length);

/* Nanoseconds that the application's clock is ahead of the kernel's; 0 for clocks that are the same for both. */
int64_t kept_offset(int clock);
void kept_shift(int64_t *time, int64_t by);

/* The life of a new thread up to its first instruction of the application: identity, barrier, registers from the frame. */
_Noreturn void kept_become(const struct plan_thread *thread, uint64_t frame);
/* What become does before the barrier, for the main thread. */
void kept_set_identity(const struct plan_thread *thread);
/* Handles the signal of the timer that watches over the agent's waking, once a second; returns by kept_return. */
void kept_tick(int signal, const int *info);
extern const char kept_return[];
/* The main thread's last act: lets the others go, unmaps the program, loads its registers from the frame. */
_Noreturn void kept_leave(uint64_t frame);

#endif
