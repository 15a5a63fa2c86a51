/* Sets the signal actions and the mask of this process, and can undo it. */
#include "signals.h"

#include "restorer.h"
#include "syscall.h"

enum { SET_MASK = 2, IGNORE = 1 }; /* SIG_SETMASK, SIG_IGN */
struct action {
  uint64_t handler, flags, restorer, mask;
};

enum { QUIT, SIZE, IGNORED };
static const int NUMBERS[IGNORED] = {3, 25}; /* SIGQUIT, SIGXFSZ */

static struct {
  bool mask, ignored[IGNORED];
  uint64_t mask_before;
  uint32_t actions; /* number of the plan's actions that are set */
  struct action actions_before[65], ignored_before[IGNORED];
} undo;

void block_signals(void) {
  uint64_t all = ~0ul;
  undo.mask = sys(rt_sigprocmask, SET_MASK, &all, &undo.mask_before, 8) == 0;
}

static void ignore(int which) {
  struct action action = {IGNORE, 0, 0, 0};
  undo.ignored[which] = sys(rt_sigaction, NUMBERS[which], &action, &undo.ignored_before[which], 8) == 0;
}

static void stop_ignoring(int which) {
  if (undo.ignored[which]) sys(rt_sigaction, NUMBERS[which], &undo.ignored_before[which], 0, 8);
  undo.ignored[which] = false;
}

/* Makes a write beyond the limit of file sizes fail with an error, which leads to a helpful message. The signal would end the
 * process. */
void ignore_size_signal(void) { ignore(SIZE); }

void ignore_tools(void) { ignore(QUIT); }
void stop_ignoring_tools(void) { stop_ignoring(QUIT); }

void forget_ignored(void) {
  for (int which = 0; which < IGNORED; which++) undo.ignored[which] = false;
}

/* Returns true if a signal that the caller ignores, as nohup does, stays ignored. HotSpot never handles its three termination
 * signals then. For other signals an action of the application counts. SIGCHLD never stays ignored, because the JDK waits for its
 * children. */
static bool stays_ignored(const struct plan_signal *signal) {
  enum { HANGUP = 1, INTERRUPT = 2, TERMINATE = 15, CHILD = 17 };
  uint64_t number = signal->number;
  if (number == HANGUP || number == INTERRUPT || number == TERMINATE) return true;
  return !signal->handler && number != CHILD;
}

long set_signal_actions(uint64_t *number) {
  static const struct action ignore = {IGNORE, 0, 0, 0};
  stop_ignoring(SIZE);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SIGNALS]; i++) {
    const struct plan_signal *signal = &self.plan.signals[i];
    struct action action = {signal->handler, signal->flags, signal->restorer, signal->mask};
    long error = sys(rt_sigaction, signal->number, &action, &undo.actions_before[i], 8);
    if (error) {
      *number = signal->number;
      return error;
    }
    undo.actions = i + 1;
    /* All signals are blocked: this also drops those that have arrived meanwhile. */
    if (undo.actions_before[i].handler == IGNORE && stays_ignored(signal)) sys(rt_sigaction, signal->number, &ignore, 0, 8);
  }
  return 0;
}

void undo_signal_actions(void) {
  uint32_t i = undo.actions;
  while (i--) sys(rt_sigaction, self.plan.signals[i].number, &undo.actions_before[i], 0, 8);
  for (int which = 0; which < IGNORED; which++) stop_ignoring(which);
}

void undo_signal_mask(void) {
  if (undo.mask) sys(rt_sigprocmask, SET_MASK, &undo.mask_before, 0, 8);
}
