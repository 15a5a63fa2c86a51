/* Starts the threads. Each begins on the application's stack below a signal frame that holds its registers, waits at a barrier,
 * and returns as from a signal handler. */
#include "threads.h"

#include <asm/errno.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/sched.h>

#include "adopt.h"
#include "allocate.h"
#include "fallback.h"
#include "frames.h"
#include "kept.h"
#include "kernel.h"
#include "kernel_names.h"
#include "layout.h"
#include "limits.h"
#include "own_files.h"
#include "ports.h"
#include "registers.h"
#include "restorer.h"
#include "same_pid.h"
#include "stack.h"
#include "syscall.h"
#include "thread_start.h"
#include "timings.h"
#include "waking.h"

/* Bytes of stack that the restorer's code needs below a thread's frame. Signals are blocked there. */
enum { LEAVING = 1024 };

static uint64_t *frames;
static uint64_t components;

/* Puts a frame where the kernel would put it: on the thread's own stack, below the FRAME_RED_ZONE bytes that functions may use
 * beneath the stack pointer. Then nothing of the restorer remains. If a thread has less room than that (on a small alternate
 * stack, near a guard page), its frame gets a place that stays mapped. */
static uint64_t find_place(const struct plan_thread *thread, uint64_t *leftover) {
  uint64_t needed = frame_size(&self.cpu, components) + LEAVING, sp = stack_pointer(thread), top = sp - FRAME_RED_ZONE;
  bool own = sp > needed + FRAME_RED_ZONE && inside_areas(&self.plan, top - needed, needed, PROT_READ | PROT_WRITE, true);
  if (own) return top;
  *leftover += page_up(needed);
  return OWN_LEFTOVER + *leftover;
}

static void map_leftover(uint64_t length) {
  if (!length) return;
  if (length > OWN_END - OWN_LEFTOVER) fail(NULL, "too many threads");
  long at = sys(mmap, OWN_LEFTOVER, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at != (long)OWN_LEFTOVER) fail(NULL, "memory for threads: %e", at < 0 ? at : (long)-EEXIST);
}

void prepare_threads(void) {
  uint32_t count = self.plan.counts[PLAN_THREADS];
  uint64_t leftover = 0;
  components = frame_components(&self.cpu, &self.plan.header->processor);
  frames = allocate(count * sizeof *frames);
  for (uint32_t i = 0; i < count; i++) frames[i] = find_place(&self.plan.threads[i], &leftover);
  map_leftover(leftover);
  for (uint32_t i = 0; i < count; i++) frames[i] = build_frame(&self.cpu, components, &self.plan.threads[i], frames[i]);
}

void raise_save_areas(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SAVES]; i++) {
    const struct plan_save *save = &self.plan.saves[i];
    uint64_t *size = (uint64_t *)save->address, needed = save_area_size(&self.cpu, save), page = save->address & ~(PAGE_SIZE - 1);
    if (*size >= needed) continue;
    long error = sys(mprotect, page, PAGE_SIZE, save->prot | PROT_WRITE);
    if (!error) *size = needed, error = sys(mprotect, page, PAGE_SIZE, save->prot);
    if (error) fail(NULL, "the loader's room for processor state at 0x%x: %e", save->address, error);
  }
}

/* The kernel only checks that the values are possible. Without this call brk would work on this program's heap. */
void set_layout(void) {
  const struct plan_layout *l = &self.plan.header->layout;
  struct prctl_mm_map map = {
      .start_code = l->start_code,
      .end_code = l->end_code,
      .start_data = l->start_data,
      .end_data = l->end_data,
      .start_brk = l->start_brk,
      .brk = l->brk,
      .start_stack = l->start_stack,
      .arg_start = l->arg_start,
      .arg_end = l->arg_end,
      .env_start = l->env_start,
      .env_end = l->env_end,
      .auxv = NULL,
      .auxv_size = 0,
      .exe_fd = ~0u,
  };
  long error = sys(prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map);
  if (error) fail("the kernel needs CONFIG_CHECKPOINT_RESTORE", "the memory layout: %e", error);
}

/* Registers the whole address space for membarrier. While there is only one thread, the kernel has none to wait for. */
void set_barriers(void) {
  long error = register_barriers(self.plan.header->kernel);
  if (error) fail(NULL, "registering for memory barriers: %e", error);
}

/* Some containers' filters don't know clone3 (and return ENOSYS or EPERM). clone can do the same here. */
static long clone_thread(const struct plan_thread *thread, uint64_t frame) {
  static bool without_clone3;
  uint64_t flags =
      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_CHILD_CLEARTID;
  if (!without_clone3) {
    struct clone_args arguments = {.flags = flags,
                                   .child_tid = thread->clear_tid_address,
                                   .stack = frame - LEAVING,
                                   .stack_size = LEAVING,
                                   .tls = thread_pointer(thread)};
    long size = CLONE_ARGS_SIZE_VER0;
    if (self.options.same_pid) {
      arguments.set_tid = (uint64_t)&thread->tid;
      arguments.set_tid_size = 1;
      size = CLONE_ARGS_SIZE_VER1;
    }
    long result = start_by_clone3(&arguments, size, kept_become, thread, frame);
    if (result != -ENOSYS && result != -EPERM) return result;
    without_clone3 = true;
  }
  long error = self.options.same_pid ? choose_next_id(thread->tid) : 0;
  if (error) return error;
  const struct clone_words words = {
      .flags = flags, .stack = frame, .child_tid = thread->clear_tid_address, .thread_pointer = thread_pointer(thread)};
  return start_by_clone(&words, kept_become, thread, frame);
}

static void set_unmaps(void) {
  extern char own_text[], own_end[];
  const uint64_t ranges[][2] = {
      {(uint64_t)own_text, (uint64_t)own_end},
      {OWN_TEMPORARY, OWN_TEMPORARY_END},
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    kept.unmaps[i].start = ranges[i][0];
    kept.unmaps[i].length = ranges[i][1] - ranges[i][0];
  }
}

/* Keeps the bit of locks that another thread waits for. No other word with an id has it, because ids are small. */
static void write_thread_ids(const int32_t *ids) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_TIDS]; i++) {
    uint32_t *word = (uint32_t *)self.plan.tids[i].address;
    *word = (*word & FUTEX_WAITERS) | (uint32_t)ids[self.plan.tids[i].thread];
  }
}

/* Until the barrier opens, exec would still work: it ends the waiting threads. */
static void start_threads(void) {
  const struct plan_thread *threads = self.plan.threads;
  uint32_t count = self.plan.counts[PLAN_THREADS];
  int32_t *ids = allocate(count * sizeof *ids);
  kept.threads = count - 1;
  ids[0] = (int32_t)sys(getpid);
  for (uint32_t i = 1; i < count; i++) {
    long id = clone_thread(&threads[i], frames[i]);
    if (self.options.same_pid && id != threads[i].tid) fail_same_id(threads[i].tid, id < 0 ? id : -EEXIST);
    if (id < 0) fail_thread(i, id);
    ids[i] = (int32_t)id;
  }
  write_thread_ids(ids);
  sys(set_tid_address, threads->clear_tid_address);
  kept_set_identity(threads);
  set_thread_pointer(threads);
  for (uint32_t n; (n = __atomic_load_n(&kept.ready, __ATOMIC_SEQ_CST)) < kept.threads;)
    sys(futex, &kept.ready, FUTEX_WAIT_PRIVATE, n, 0);
}

void run_threads(void) {
  start_threads();
  tell_ports();
  end_phase("threads");
  print_timings("restored in");
  begin_watch();
  tell_running();
  forget_remembered();
  set_unmaps();
  /* The rest runs on the application's stack, because this one is about to be unmapped. */
  call_on_stack(frames[0], kept_leave, frames[0]);
}
