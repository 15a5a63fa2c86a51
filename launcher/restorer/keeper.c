/* The process that keeps a parked copy. A process can't be handed to another parent, so this one stays its parent, and tells the one that
 * has taken it how it ends. It maps nothing and costs a few pages. */
#include "keeper.h"

#include <asm/errno.h>
#include <asm/signal.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/wait.h>

#include "ancillary.h"
#include "fallback.h"
#include "kernel_names.h"
#include "names.h"
#include "own_files.h"
#include "restorer.h"
#include "signal_descriptor.h"
#include "staging.h"
#include "syscall.h"
#include "take.h"
#include "taking.h"

enum { STDOUT = 1 };

static int keeper;   /* the copy's end of the socket pair */
static long witness; /* the process that tells the pool how this one has ended */

static struct {
  long copy;
  int signals, copy_end, taker; /* taker: -1 before the copy is taken */
  int folder;                   /* the pool's, with a lock */
  bool ends;                    /* the copy was told to end */
} keep;

/* systemd-tmpfiles removes what is old in /tmp, sockets too, but nothing in a folder that somebody has locked. */
static void lock_folder(void) {
  enum { SHARED = 1, DO_NOT_WAIT = 4 }; /* LOCK_SH, LOCK_NB */
  keep.folder = open_pool();
  if (keep.folder >= 0) sys(flock, keep.folder, SHARED | DO_NOT_WAIT);
}

static void tell_pool(const char *event, long copy, uint64_t kilobytes) {
  char buffer[64];
  struct text line = TEXT(buffer);
  append(&line, "%s %d %d %u\n", event, (int)witness, (int)copy, kilobytes);
  sys(write, STDOUT, line.at, line.length);
}

void tell_parked(uint64_t kilobytes) { tell_pool("parked", sys(getpid), kilobytes); }

static void tell_taker(uint32_t kind, int value) {
  struct taking_answer answer = {.kind = kind, .value = value};
  if (keep.taker >= 0) send_descriptors(keep.taker, &answer, sizeof answer, 0, 0);
}

/* Removes the name by which starts would find the copy. */
static void remove_place(void) {
  char buffer[32];
  struct text ending = TEXT(buffer);
  int pool = open_pool();
  struct names names = {pool, 0, 0};
  const char *name;
  append(&ending, "-%d", (int)keep.copy);
  while (pool >= 0 && (name = next_name(&names))) {
    size_t length = text_length(name);
    if (length > ending.length && text_equal(name + length - ending.length, buffer))
      remove_own(&(struct location){pool, name}, S_IFSOCK);
  }
}

static _Noreturn void end(int status) {
  tell_taker(TAKING_ENDED, status);
  if (keep.taker < 0) remove_place();
  exit_with(0);
}

static void meet_copy(void) {
  int status;
  while (sys(wait4, keep.copy, &status, WNOHANG | WUNTRACED, 0) == keep.copy) {
    if ((status & 0xff) != 0x7f) end(status);
    tell_taker(TAKING_STOPPED, 0);
  }
}

static void hand_over(void) {
  int connection, count = 1;
  char byte = 0;
  long got = receive_descriptors(keep.copy_end, &byte, 1, &connection, &count);
  sys(close, keep.copy_end);
  keep.copy_end = -1;
  if (got != 1 || !count) return; /* the copy has ended */
  keep.taker = connection;
  keep.ends = false;
  tell_pool("taken", keep.copy, 0);
  if (keep.folder >= 0) sys(close, keep.folder);
  sys(close_range, 0, 2, 0); /* these are the pool's */
}

/* Ends the copy. One that was stopped has to go on for that. */
static void end_copy(void) {
  sys(kill, keep.copy, keep.taker < 0 ? SIGTERM : SIGKILL);
  sys(kill, keep.copy, SIGCONT);
  keep.ends = true;
}

/* A copy that nobody has taken ends with its keeper. One that runs gets the signal, too. */
static void pass_on(int signal) {
  if (keep.taker < 0) end_copy();
  else sys(kill, keep.copy, signal);
}

/* The pool's pipe and the taker's connection both tell by their state that they are gone. The taker sends one byte. */
static struct pollfd watch_user(void) {
  bool is_taken = keep.taker >= 0;
  return (struct pollfd){.fd = keep.ends ? -1 : is_taken ? keep.taker : STDOUT, .events = is_taken ? POLLIN : 0};
}

static _Noreturn void keep_copy(void) {
  for (;;) {
    struct pollfd wait[] = {{.fd = keep.signals, .events = POLLIN}, {.fd = keep.copy_end, .events = POLLIN}, watch_user()};
    if (sys(ppoll, wait, 3, 0, 0, 0) < 0) continue;
    if (wait[0].revents) {
      int signal = read_signal(keep.signals);
      if (signal == SIGCHLD) meet_copy();
      else if (signal > 0) pass_on(signal);
    }
    if (wait[1].revents) hand_over();
    else if (wait[2].revents) end_copy();
  }
}

/* Waits before the copy is made. The pool may end meanwhile. */
static void wait_before(void) {
  int64_t time[2] = {(int64_t)self.options.after, 0};
  struct pollfd wait = {.fd = STDOUT};
  if (sys(ppoll, &wait, 1, time, 0, 0) > 0) exit_with(0);
}

void leave_keeper(void) {
  static const uint64_t DEFAULT[4];
  int pair[2];
  uint64_t before;
  sys(setsid);
  witness = sys(getppid);
  lock_folder();
  if (self.options.after) wait_before();
  long error = sys(socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
  if (error) fail(NULL, "a pair of sockets: %e", error);
  keep.taker = -1;
  keep.signals = open_signals(&before);
  long child = keep.signals < 0 ? keep.signals : sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (child < 0) fail(NULL, "a process for the copy: %e", child);
  if (child) {
    keep.copy = child;
    keep.copy_end = pair[0];
    sys(close, pair[1]);
    keep_copy();
  }
  sys(setsid);
  sys(rt_sigaction, SIGTERM, DEFAULT, 0, 8);
  sys(prctl, PR_SET_PDEATHSIG, SIGKILL);
  close_signals(keep.signals, before);
  if (keep.folder >= 0) sys(close, keep.folder);
  sys(close, pair[0]);
  keeper = move_up(pair[1]);
}

long tell_keeper(int connection) {
  long sent = send_descriptors(keeper, "", 1, &connection, 1);
  sys(prctl, PR_SET_PDEATHSIG, 0);
  sys(close, keeper);
  return sent == 1 ? 0 : sent < 0 ? sent : -EIO;
}
