/* Wraps the C library's functions that take absolute times. The application computes those times from its continued clock. The
 * kernel, and glibc before it, need them in the running kernel's clock. */
#include "waits.h"

#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/time.h>
#include <stdbool.h>

#include "kept.h"
#include "plan.h"
#include "syscall.h"

#define SECOND 1000000000
enum { ABSOLUTE = 1 }; /* TIMER_ABSTIME, TFD_TIMER_ABSTIME */

/* Returns false for invalid times and for "for ever", which are passed on unchanged. */
KEPT static bool is_time(const int64_t *time) {
  return time[0] >= 0 && time[0] < SECOND * 9ll && time[1] >= 0 && time[1] < SECOND;
}

/* Callers that were woken for no reason wait again for the same timespec. If the thread was waiting at the dump, the restorer has
 * already changed that time for glibc's own loops. Here it becomes the application's time again. */
KEPT static void turn_forth(int64_t *until) {
  uint64_t low = 0, high = kept.deadline_count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    const struct kept_deadline *deadline = &kept.deadlines[middle];
    if (deadline->address == (uint64_t)until) {
      if (until[0] == deadline->time[0] && until[1] == deadline->time[1]) kept_shift(until, deadline->offset);
      return;
    }
    if (deadline->address < (uint64_t)until) low = middle + 1;
    else high = middle;
  }
}

/* Converts a time of the application to the kernel's. The result is never zero, because zero would stop a timer. */
KEPT static void turn_back(int64_t *time, int64_t offset) {
  kept_shift(time, -offset);
  if (time[0] >= 0 && (time[0] | time[1])) return;
  time[0] = 0;
  time[1] = 1; /* long past, but valid */
}

KEPT static bool change_wait(struct wait_frame *frame, int argument, int clock) {
  int64_t *until = (int64_t *)frame->arguments[argument], offset = kept_offset(clock);
  if (!until || !offset) return false;
  turn_forth(until);
  if (!is_time(until)) return false;
  frame->times[0] = until[0];
  frame->times[1] = until[1];
  turn_back(frame->times, offset);
  frame->arguments[argument] = (uint64_t)frame->times;
  return true;
}

/* Guesses the clock of a time if only the object knows it. The size tells: no monotonic clock runs for 31 years, and a wall clock
 * before 2001 is wrong anyway. */
KEPT static int guess_clock(const int64_t *time) { return time[0] < SECOND ? CLOCK_MONOTONIC : CLOCK_REALTIME; }

KEPT static bool change_timed_wait(struct wait_frame *frame) {
  const int64_t *until = (const int64_t *)frame->arguments[2];
  return until && change_wait(frame, 2, guess_clock(until));
}

/* Returns the number after `key: ` in a small file below /proc, or -1. If other_key is not 0, the number has to follow
 * `other_key: other`. Keys are given by their characters. */
KEPT static int64_t find_number(const char *path, uint64_t key, uint64_t other_key, uint64_t other) {
  char buffer[256];
  uint64_t word = 0, number = 0;
  bool is_value = false, is_there = !other_key;
  int64_t result = -1;
  long got, fd = sys(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  while (result < 0 && (got = sys(read, fd, buffer, sizeof buffer)) > 0) {
    for (long i = 0; i < got && result < 0; i++) {
      char c = buffer[i];
      if (c == '\n') {
        if (other_key && word == other_key) is_there = number == other;
        else if (word == key && is_there) result = (int64_t)number;
        word = number = 0;
        is_value = false;
      } else if (c == ':') is_value = true;
      else if (!is_value) word = word << 8 | (unsigned char)c;
      else if (c >= '0' && c <= '9') number = number * 10 + (uint64_t)(c - '0');
    }
  }
  sys(close, fd);
  return result;
}

static const char FDINFO[] __attribute__((section(".kept_constants"))) = "/proc/self/fdinfo/";
static const char TIMERS[] __attribute__((section(".kept_constants"))) = "/proc/self/timers";

KEPT static int clock_of_descriptor(uint64_t number, const int64_t *time) {
  char path[sizeof FDINFO + 12], digits[12];
  int n = 0, at = 0;
  for (const char *from = FDINFO; *from; from++) path[at++] = *from;
  for (uint32_t rest = (uint32_t)number; n == 0 || rest; rest /= 10) digits[n++] = (char)('0' + rest % 10);
  while (n) path[at++] = digits[--n];
  path[at] = 0;
  int64_t clock = find_number(path, 0x636c6f636b6964 /* clockid */, 0, 0);
  return clock < 0 ? guess_clock(time) : (int)clock;
}

/* glibc's timer_t is the kernel's number. If its highest bit is set, it is half of the address of a structure that begins with
 * that number. */
KEPT static int clock_of_timer(uint64_t timer, const int64_t *time) {
  uint64_t number = timer >> 63 ? *(const uint32_t *)(timer << 1) : timer;
  int64_t clock = find_number(TIMERS, 0x436c6f636b4944 /* ClockID */, 0x4944 /* ID */, number);
  return clock < 0 ? guess_clock(time) : (int)clock;
}

KEPT static bool change_timer(struct wait_frame *frame, int first, bool is_descriptor) {
  const int64_t *times = (const int64_t *)frame->arguments[first + 2]; /* interval, time */
  if (!(frame->arguments[first + 1] & ABSOLUTE) || !times || !is_time(times + 2) || !(times[2] | times[3])) return false;
  uint64_t timer = frame->arguments[first];
  int64_t offset = kept_offset(is_descriptor ? clock_of_descriptor(timer, times + 2) : clock_of_timer(timer, times + 2));
  if (!offset) return false;
  for (int i = 0; i < 4; i++) frame->times[i] = times[i];
  turn_back(frame->times + 2, offset);
  frame->arguments[first + 2] = (uint64_t)frame->times;
  return true;
}

KEPT static bool change_nanosleep(struct wait_frame *frame, int first) {
  return frame->arguments[first + 1] & ABSOLUTE && change_wait(frame, first + 2, (int)frame->arguments[first]);
}

KEPT static bool change_futex(struct wait_frame *frame) {
  uint64_t operation = frame->arguments[2], command = operation & (uint64_t)FUTEX_CMD_MASK & 0xffffffff;
  bool is_absolute = command == FUTEX_WAIT_BITSET || command == FUTEX_WAIT_REQUEUE_PI || command == 13 /* FUTEX_LOCK_PI2 */;
  return is_absolute && !(operation & FUTEX_CLOCK_REALTIME) && change_wait(frame, 4, CLOCK_MONOTONIC);
}

KEPT static uint64_t return_zero(void) { return 0; }

/* Handles syscall(number, …), by which other libraries and the runtimes of other languages wait. */
KEPT static bool change_syscall(struct wait_frame *frame, uint64_t *function) {
  switch ((int)frame->arguments[0]) {
    case __NR_futex: return change_futex(frame);
    case 449 /* futex_waitv */: return change_wait(frame, 4, (int)frame->arguments[5]);
    case 455 /* futex_wait */: return change_wait(frame, 5, (int)seventh_argument(frame));
    case __NR_clock_nanosleep: return change_nanosleep(frame, 1);
    case __NR_timerfd_settime: return change_timer(frame, 1, true);
    case __NR_timer_settime: return change_timer(frame, 1, false);
    case __NR_clock_gettime:
      if (!kept_offset((int)frame->arguments[1]) || !frame->arguments[2]) return false;
      if (kept_clock_gettime((long)frame->arguments[1], (int64_t *)frame->arguments[2]) == 0) *function = (uint64_t)return_zero;
      return false;
    default: return false;
  }
}

KEPT __attribute__((used)) struct wait_call kept_prepare_wait(uint32_t index, struct wait_frame *frame) {
  const struct plan_function *wrapped = &kept.record.functions[index];
  struct wait_call call = {.function = wrapped->address};
  switch (wrapped->wait) {
    case PLAN_WAIT_TIMED: call.is_changed = change_timed_wait(frame); break;
    case PLAN_WAIT_CLOCK: call.is_changed = change_wait(frame, 2, (int)frame->arguments[1]); break;
    case PLAN_WAIT_CLOCK_LATER: call.is_changed = change_wait(frame, 3, (int)frame->arguments[2]); break;
    case PLAN_WAIT_NANOSLEEP: call.is_changed = change_nanosleep(frame, 0); break;
    case PLAN_WAIT_TIMERFD_SETTIME: call.is_changed = change_timer(frame, 0, true); break;
    case PLAN_WAIT_TIMER_SETTIME: call.is_changed = change_timer(frame, 0, false); break;
    case PLAN_WAIT_SYSCALL: call.is_changed = change_syscall(frame, &call.function); break;
    default: break;
  }
  return call;
}
