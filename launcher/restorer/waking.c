/* Watches over the agent's waking. After the point of no return a process would hang for ever if the agent's thread never got its
 * restore message or never finished its work. A kernel timer ends such a process. It costs nothing until it expires. The handler
 * of its signal stays in the process. The agent deletes both once the application runs. */
#include "waking.h"

#include <asm/errno.h>
#include <linux/signal.h>
#include <linux/time.h>

#include "kept.h"
#include "restorer.h"
#include "syscall.h"

enum { LIMIT_S = 60, HIGHEST_SIGNAL = 64, LOWEST_SIGNAL = 35 }; /* glibc reserves the real-time signals below */

static int timer;
static int watch_signal; /* 0: there is no watch */

static bool is_handled(int number) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SIGNALS]; i++)
    if ((int)self.plan.signals[i].number == number && self.plan.signals[i].handler) return true;
  return false;
}

static uint64_t time_limit(void) { return self.options.time_limit ? self.options.time_limit : LIMIT_S; }

void prepare_watch(void) {
  int number = HIGHEST_SIGNAL;
  while (number > LOWEST_SIGNAL && is_handled(number)) number--;
  struct sigevent event = {.sigev_signo = number, .sigev_notify = SIGEV_SIGNAL};
  /* Creating a timer can fail at the limit of pending signals. The restore then continues without a watch. */
  if (!is_handled(number) && sys(timer_create, CLOCK_MONOTONIC, &event, &timer) == 0) watch_signal = number;
}

bool get_watch(int *number, int *signal) {
  *number = timer;
  *signal = watch_signal;
  return watch_signal;
}

static void prepare_line(int why, const char *what) {
  struct text line = TEXT(kept.late[why].text);
  append(&line, "crjvm: restore failed: %s within %u s; start the application without the image\n", what, time_limit());
  kept.late[why].length = line.length;
}

void begin_watch(void) {
  if (!watch_signal) return;
  const uint64_t action[] = {(uint64_t)kept_tick, SA_SIGINFO | SA_RESTART | SA_ONSTACK | SA_RESTORER, (uint64_t)kept_return, 0};
  const int64_t ticks[] = {1, (int64_t)time_limit() - 1, 1, 0}; /* kept_tick() counts down in these */
  prepare_line(LATE_ASLEEP, "the agent's thread did not wake");
  prepare_line(LATE_AT_WORK, "the agent's work was not done");
  kept.message_fd = self.plan.header->message_fd;
  if (sys(rt_sigaction, watch_signal, action, 0, 8) == 0) sys(timer_settime, timer, 0, ticks, 0);
}
