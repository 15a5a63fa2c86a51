/* Does work that takes processor time, with all processors, beside the thread that sends requests. */
#ifndef CRJVM_WORKERS_H
#define CRJVM_WORKERS_H

#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

/* A worker keeps these from one task to the next. */
struct scratch {
  ZSTD_DCtx *unpacking;
  ZSTD_CCtx *packing;
  uint8_t *bytes;
  size_t room;
};

struct task {
  /* Returns NULL, or what is wrong. */
  const char *(*work)(struct task *task, struct scratch *scratch);
  const char *fault;
  struct task *next;
};

void start_workers(void);

void work_later(struct task *task);

/* Returns a task that is done, or NULL if there is none now. Each task that is done also ends a wait in next_ended. */
struct task *next_done(void);

/* Waits for a task that is done. */
struct task *await_done(void);

/* Returns false if there is no memory. */
int make_room(struct scratch *scratch, size_t length);

#endif
