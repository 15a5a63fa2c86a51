/* Does work that takes processor time, with all processors, beside the thread that sends requests. */
#include "workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "give_up.h"
#include "http.h"

enum { THREADS = 16 };

struct queue {
  struct task *first, **end;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_work = PTHREAD_COND_INITIALIZER, has_done = PTHREAD_COND_INITIALIZER;
static struct queue waiting = {NULL, &waiting.first}, done = {NULL, &done.first};

static void put(struct queue *queue, struct task *task) {
  task->next = NULL;
  *queue->end = task;
  queue->end = &task->next;
}

static struct task *take(struct queue *queue) {
  struct task *task = queue->first;
  if (task && !(queue->first = task->next)) queue->end = &queue->first;
  return task;
}

static _Noreturn void *run(void *argument) {
  struct scratch scratch = {.unpacking = ZSTD_createDCtx(), .packing = ZSTD_createCCtx()};
  (void)argument;
  pthread_mutex_lock(&lock);
  for (;;) {
    struct task *task;
    while (!(task = take(&waiting))) pthread_cond_wait(&has_work, &lock);
    pthread_mutex_unlock(&lock);
    task->fault = scratch.unpacking && scratch.packing ? task->work(task, &scratch) : "out of memory";
    pthread_mutex_lock(&lock);
    put(&done, task);
    pthread_cond_signal(&has_done);
    wake_http();
  }
}

void start_workers(void) {
  cpu_set_t cpus;
  pthread_t thread;
  int wanted = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus), count = 0;
  while (count < wanted && count < THREADS && !pthread_create(&thread, NULL, run, NULL)) count++;
  if (!count) give_up("no thread can be started");
}

void work_later(struct task *task) {
  pthread_mutex_lock(&lock);
  put(&waiting, task);
  pthread_cond_signal(&has_work);
  pthread_mutex_unlock(&lock);
}

struct task *next_done(void) {
  pthread_mutex_lock(&lock);
  struct task *task = take(&done);
  pthread_mutex_unlock(&lock);
  return task;
}

struct task *await_done(void) {
  struct task *task;
  pthread_mutex_lock(&lock);
  while (!(task = take(&done))) pthread_cond_wait(&has_done, &lock);
  pthread_mutex_unlock(&lock);
  return task;
}

int make_room(struct scratch *scratch, size_t length) {
  if (length <= scratch->room) return 1;
  uint8_t *bytes = realloc(scratch->bytes, length);
  if (!bytes) return 0;
  scratch->bytes = bytes;
  scratch->room = length;
  return 1;
}
