/* The JNI library of ObjectApplication for locks of the C library, which a thread holds for as long as it lives. */
#define _GNU_SOURCE /* It has to come before the first system header. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "objects.h"

enum kind { RECURSIVE, CHECKING, ROBUST, INHERITING, WRITING, RECURSIVE_INHERITING };

static pthread_mutex_t in_library; /* It is a static variable, as in libraries. */
static pthread_mutex_t *mutexes[WRITING];
static pthread_rwlock_t *writing;

static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool asked, answered;
  const char *answer;
} holder = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false, NULL};

static int init_mutex(pthread_mutex_t *mutex, enum kind kind) {
  pthread_mutexattr_t attributes;
  if (mutex == NULL || pthread_mutexattr_init(&attributes) != 0) return -1;
  pthread_mutexattr_settype(&attributes, kind == RECURSIVE || kind == RECURSIVE_INHERITING ? PTHREAD_MUTEX_RECURSIVE
                                                                                           : PTHREAD_MUTEX_ERRORCHECK);
  if (kind == ROBUST) pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (kind == INHERITING || kind == RECURSIVE_INHERITING) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  return pthread_mutex_init(mutex, &attributes);
}

static int make_mutex(enum kind kind) {
  mutexes[kind] = kind == CHECKING ? &in_library : malloc(sizeof *mutexes[kind]);
  return init_mutex(mutexes[kind], kind);
}

static int lock_all(void) {
  int error = 0;
  for (int kind = RECURSIVE; kind < WRITING; kind++) error |= pthread_mutex_lock(mutexes[kind]);
  error |= pthread_mutex_lock(mutexes[RECURSIVE]); /* The thread locks it twice. */
  return error | pthread_rwlock_wrlock(writing);
}

static const char *unlock_all(void) {
  static const char *const names[] = {"recursive", "error-checking", "robust", "inheriting"};
  static char why[128];
  for (int kind = RECURSIVE; kind < WRITING; kind++) {
    int error = pthread_mutex_unlock(mutexes[kind]);
    if (error == 0) continue;
    snprintf(why, sizeof why, "the %s mutex: %s", names[kind], strerror(error));
    return why;
  }
  if (pthread_mutex_unlock(mutexes[RECURSIVE]) != 0) return "the recursive mutex was not held twice";
  return pthread_rwlock_wrlock(writing) != EDEADLK ? "the lock for reading and writing forgot who writes"
         : pthread_rwlock_unlock(writing) != 0     ? "the lock for reading and writing"
                                                   : NULL;
}

/* Holds all locks. When it is asked, it unlocks them and locks them again. */
static void *hold(void *unused) {
  (void)unused;
  holder.answer = lock_all() == 0 ? NULL : "locking failed";
  pthread_mutex_lock(&holder.lock);
  holder.answered = true;
  pthread_cond_broadcast(&holder.changed);
  for (;;) {
    while (!holder.asked) pthread_cond_wait(&holder.changed, &holder.lock);
    holder.answer = unlock_all();
    if (holder.answer == NULL && lock_all() != 0) holder.answer = "locking again failed";
    holder.asked = false;
    holder.answered = true;
    pthread_cond_broadcast(&holder.changed);
  }
  return NULL;
}

static const char *await_answer(void) {
  const char *answer;
  pthread_mutex_lock(&holder.lock);
  while (!holder.answered) pthread_cond_wait(&holder.changed, &holder.lock);
  answer = holder.answer;
  pthread_mutex_unlock(&holder.lock);
  return answer;
}

static int make_held(const char *folder) {
  pthread_t thread;
  (void)folder;
  writing = calloc(1, sizeof *writing);
  if (writing == NULL || pthread_rwlock_init(writing, NULL) != 0) return -1;
  for (int kind = RECURSIVE; kind < WRITING; kind++)
    if (make_mutex((enum kind)kind) != 0) return -1;
  if (pthread_create(&thread, NULL, hold, NULL) != 0) return -1;
  return await_answer() == NULL ? 0 : -1;
}

static const char *check_held(void) {
  if (pthread_mutex_trylock(mutexes[RECURSIVE]) != EBUSY) return "the recursive mutex is held by nobody";
  if (pthread_rwlock_trywrlock(writing) != EBUSY) return "nobody writes";
  pthread_mutex_lock(&holder.lock);
  holder.asked = true;
  holder.answered = false;
  pthread_cond_broadcast(&holder.changed);
  pthread_mutex_unlock(&holder.lock);
  return await_answer();
}

/*
 * A mutex that one thread holds and others wait for. The kernel's bit that says so is beside the holder's id. A
 * waiting thread has read its own id before it waits.
 */
enum { WAITERS = 2 };

struct queue {
  pthread_mutex_t waited;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool released; /* The holder lets the mutex go, and takes it again after all others have had it. */
  int holding;   /* how many threads have yet to wait since the holder took the mutex */
  int gotten;    /* how many have had it since then */
  const char *fault;
};

static void set_fault(struct queue *queue, const char *what, int error) {
  static char why[128];
  if (error == 0 || queue->fault != NULL) return;
  snprintf(why, sizeof why, "%s: %s", what, strerror(error));
  queue->fault = why;
}

static void *hold_waited(void *argument) {
  struct queue *queue = argument;
  for (;;) {
    int error = pthread_mutex_lock(&queue->waited);
    pthread_mutex_lock(&queue->lock);
    set_fault(queue, "locking", error);
    queue->holding = WAITERS;
    queue->gotten = 0;
    queue->released = false;
    pthread_cond_broadcast(&queue->changed);
    while (!queue->released) pthread_cond_wait(&queue->changed, &queue->lock);
    set_fault(queue, "unlocking", pthread_mutex_unlock(&queue->waited));
    pthread_cond_broadcast(&queue->changed);
    while (queue->gotten < WAITERS) pthread_cond_wait(&queue->changed, &queue->lock);
    pthread_mutex_unlock(&queue->lock);
  }
  return NULL;
}

static void *wait_for_lock(void *argument) {
  struct queue *queue = argument;
  pthread_mutex_lock(&queue->lock);
  for (;;) {
    while (queue->holding == 0) pthread_cond_wait(&queue->changed, &queue->lock);
    queue->holding--;
    pthread_mutex_unlock(&queue->lock);
    int error = pthread_mutex_lock(&queue->waited);
    if (error == 0) error = pthread_mutex_unlock(&queue->waited);
    pthread_mutex_lock(&queue->lock);
    set_fault(queue, "waiting", error);
    queue->gotten++;
    pthread_cond_broadcast(&queue->changed);
  }
  return NULL;
}

/* Waits until the kernel or the library has marked the mutex. */
static void await_waiters(pthread_mutex_t *mutex) {
  while ((__atomic_load_n((unsigned int *)&mutex->__data.__lock, __ATOMIC_SEQ_CST) & 0x80000000U) == 0) sched_yield();
}

static int make_queue(struct queue *queue, enum kind kind) {
  pthread_t thread;
  pthread_mutex_init(&queue->lock, NULL);
  pthread_cond_init(&queue->changed, NULL);
  if (init_mutex(&queue->waited, kind) != 0 || pthread_create(&thread, NULL, hold_waited, queue) != 0) return -1;
  for (int i = 0; i < WAITERS; i++)
    if (pthread_create(&thread, NULL, wait_for_lock, queue) != 0) return -1;
  await_waiters(&queue->waited);
  return 0;
}

/* Lets every thread have the mutex, and the holder have it again. */
static const char *check_queue(struct queue *queue) {
  if (pthread_mutex_trylock(&queue->waited) != EBUSY) return "the mutex is held by nobody";
  pthread_mutex_lock(&queue->lock);
  queue->released = true;
  pthread_cond_broadcast(&queue->changed);
  while (queue->released && queue->fault == NULL) pthread_cond_wait(&queue->changed, &queue->lock);
  pthread_mutex_unlock(&queue->lock);
  if (queue->fault == NULL) await_waiters(&queue->waited);
  return queue->fault;
}

static struct queue inheriting, robust, both;

static int make_inheriting(const char *folder) {
  (void)folder;
  return make_queue(&inheriting, INHERITING);
}

static const char *check_inheriting(void) { return check_queue(&inheriting); }

static int make_robust(const char *folder) {
  (void)folder;
  return make_queue(&robust, ROBUST);
}

static const char *check_robust(void) { return check_queue(&robust); }

static int make_both(const char *folder) {
  (void)folder;
  return make_queue(&both, RECURSIVE_INHERITING);
}

static const char *check_both(void) { return check_queue(&both); }

/* A robust mutex for which a thread waits with a time limit, which is other code in the library: the id of the thread is in a register. */
static struct {
  pthread_mutex_t waited;
  sem_t dropped;
  pthread_t holder, waiter;
} timed;

static void *hold_until_dropped(void *unused) {
  (void)unused;
  pthread_mutex_lock(&timed.waited);
  while (sem_wait(&timed.dropped) != 0) continue;
  pthread_mutex_unlock(&timed.waited);
  return NULL;
}

static void *wait_with_limit(void *unused) {
  static const struct timespec never = {INT_MAX, 0};
  (void)unused;
  if (pthread_mutex_timedlock(&timed.waited, &never) == 0) pthread_mutex_unlock(&timed.waited);
  return NULL;
}

static int make_timed(const char *folder) {
  (void)folder;
  if (sem_init(&timed.dropped, 0, 0) != 0 || init_mutex(&timed.waited, ROBUST) != 0) return -1;
  if (pthread_create(&timed.holder, NULL, hold_until_dropped, NULL) != 0) return -1;
  while (pthread_mutex_trylock(&timed.waited) == 0) pthread_mutex_unlock(&timed.waited);
  if (pthread_create(&timed.waiter, NULL, wait_with_limit, NULL) != 0) return -1;
  await_waiters(&timed.waited);
  return 0;
}

static void drop_timed(int fd) {
  (void)fd;
  sem_post(&timed.dropped);
  pthread_join(timed.holder, NULL);
  pthread_join(timed.waiter, NULL);
}

/* Words that look like locks in some of their parts, and a complete one in memory that nobody can write. */
enum { LOCK_WORDS = 14, ALIKE = 5 };

static int *alike, *alike_before, *read_only;

static void put_lock(int *words, pid_t id) {
  memcpy(words, (const int[]){1, 1, id, 1, PTHREAD_MUTEX_RECURSIVE_NP, 0, 0, 0, 0, 0}, 10 * sizeof *words);
}

static int make_alike(const char *folder) {
  size_t size = ALIKE * LOCK_WORDS * sizeof *alike;
  pid_t id = gettid();
  (void)folder;
  alike = calloc(1, size);
  alike_before = malloc(size);
  read_only = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (alike == NULL || alike_before == NULL || read_only == MAP_FAILED) return -1;
  int *at = alike;
  for (int wrong = 3; wrong < 9; wrong += 2, at += LOCK_WORDS) { /* These are users, spins, and the list's first pointer. */
    put_lock(at, id);
    at[wrong] = 7;
  }
  memcpy(at, (const int[]){3, 1, 1, 0, 0, 0, id}, 7 * sizeof *at); /* This is the writers' futex. */
  at += LOCK_WORDS;
  memcpy(at, (const int[]){id, 1, id, 1, PTHREAD_MUTEX_ERRORCHECK_NP | 16, 0, 1, 0, 1, 0}, 10 * sizeof *at);
  for (size_t i = 0; i < size / sizeof *alike; i++) alike_before[i] = ~alike[i];
  put_lock(read_only, id);
  return mprotect(read_only, 4096, PROT_READ);
}

static const char *check_alike(void) {
  for (int i = 0; i < ALIKE * LOCK_WORDS; i++)
    if (alike[i] != ~alike_before[i]) return "a number was taken for a thread's id";
  return read_only[0] == 1 ? NULL : "memory that nobody can write has changed";
}

const struct object held[] = {
    {"held-numbers", make_alike, check_alike, NULL},
    {"held-locks", make_held, check_held, NULL},
    {"waited-lock", make_inheriting, check_inheriting, NULL},
    {"waited-robust-lock", make_robust, check_robust, NULL},
    {"waited-recursive-lock", make_both, check_both, NULL},
    {"timed-robust-lock", make_timed, NULL, drop_timed},
    {NULL, NULL, NULL, NULL},
};
