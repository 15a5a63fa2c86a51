/* Implements --pid=same: a child with the process id of the checkpoint becomes the application, and this process waits for it.
 * The kernel lets a process choose ids if it has CAP_CHECKPOINT_RESTORE in the user namespace that owns the PID namespace. */
#include "same_pid.h"

#include <asm/errno.h>
#include <asm/signal.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "ending.h"
#include "fallback.h"
#include "restorer.h"
#include "syscall.h"

enum { SET_MASK = 2, FROM_KERNEL = 0x80 };
static const uint64_t ALL = ~0ul;

/* Appends the name of the process or thread with this id. If there is none, a process group or session has the number. */
static void append_holder(struct text *text, int32_t id) {
  char path_buffer[64], name[32];
  struct text path = TEXT(path_buffer);
  append(&path, "/proc/%d/comm", id);
  long fd = sys(openat, AT_FDCWD, path_buffer, O_RDONLY | O_CLOEXEC), got = fd < 0 ? fd : sys(read, fd, name, sizeof name - 1);
  if (fd >= 0) sys(close, fd);
  if (got <= 0) {
    append(text, "a process group or session");
    return;
  }
  name[name[got - 1] == '\n' ? got - 1 : got] = 0;
  append(text, "\"%s\"", name);
}

void fail_same_id(int32_t id, long error) {
  char buffer[96];
  struct text holder = TEXT(buffer);
  if (error == -EEXIST) {
    append_holder(&holder, id);
    fail("end that, or leave out --pid=same", "the process or thread id %d is taken by %s", id, buffer);
  }
  if (error == -EPERM || error == -EACCES || error == -EROFS)
    fail("start it with CAP_CHECKPOINT_RESTORE, for example in namespaces: unshare --user --map-root-user --pid --fork --mount-proc, or leave out --pid=same",
         "the process id %d can't be chosen without CAP_CHECKPOINT_RESTORE", id);
  if (error == -EINVAL)
    fail("raise kernel.pid_max, or leave out --pid=same", "the process or thread id %d is beyond what the kernel allows", id);
  fail("leave out --pid=same", "the process or thread id %d: %e", id, error);
}

long choose_next_id(int32_t id) {
  char digits[16];
  struct text number = TEXT(digits);
  append(&number, "%d", id - 1);
  long fd = sys(openat, AT_FDCWD, "/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  long error = sys(write, fd, digits, number.length);
  sys(close, fd);
  return error < 0 ? error : 0;
}

/* Forks a child with this id. If a filter hides clone3, it chooses the next id beforehand. Another process that forks in between
 * takes that id. */
static long fork_as(int32_t id) {
  struct clone_args arguments = {.exit_signal = SIGCHLD, .set_tid = (uint64_t)&id, .set_tid_size = 1};
  long child = sys(clone3, &arguments, CLONE_ARGS_SIZE_VER1);
  if (child != -ENOSYS && child != -EPERM) return child;
  long error = choose_next_id(id);
  if (error) return child == -EPERM ? child : error;
  child = sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0 && (int32_t)sys(getpid) != id) exit_with(0);
  if (child <= 0 || child == id) return child;
  sys(wait4, child, 0, 0, 0);
  return -EEXIST;
}

/* Waits for all children: as process 1 of a PID namespace this one inherits orphans. */
static void meet_children(long child) {
  int status;
  for (long got; (got = sys(wait4, -1, &status, WNOHANG | WUNTRACED, 0)) > 0;) {
    if (got != child) continue;
    if ((status & 0xff) != 0x7f) end_as(status);
    long self_id = sys(getpid);
    sys(kill, self_id, SIGSTOP); /* a shell's job control only sees its own child */
  }
}

/* Waits for the child. It is in the same process group, so it gets the terminal's signals itself. */
static _Noreturn void wait_for(long child) {
  int info[32];
  sys(close_range, 3, ~0u, 0);
  for (;;) {
    long signal = sys(rt_sigtimedwait, &ALL, info, 0, 8);
    if (signal == SIGCHLD) meet_children(child);
    else if (signal > 0 && info[2] != FROM_KERNEL) sys(kill, child, signal);
  }
}

void become_same_process(void) {
  int32_t id = self.plan.header->dumped_pid;
  uint64_t before;
  if (!self.options.same_pid || (int32_t)sys(getpid) == id) return;
  sys(rt_sigprocmask, SET_MASK, &ALL, &before, 8);
  long child = fork_as(id);
  if (child > 0) wait_for(child);
  if (child == 0) sys(prctl, PR_SET_PDEATHSIG, SIGKILL); /* SIGKILL can't be passed on, so the kernel sends it to the child */
  sys(rt_sigprocmask, SET_MASK, &before, 0, 8);
  if (child < 0) fail_same_id(id, child);
}
