/* Tries the calls of a dump before it could hurt the JVM. */
#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capability.h"
#include "processor_calls.h"

enum { NETLINK_SOCK_DIAG = 4, KCMP_VM = 1, SIGSET_SIZE = 8, NO_TIMER = 0x7ffffff0 };

static long scratch[64];
static char name[] = "crjvm";

struct call {
  const char *name;
  long number;
  long arguments[6];
  int expected; /* an errno, or 0 for success; any other result comes from the filter */
};

#define CALL(call, expected, ...) {#call, SYS_##call, {__VA_ARGS__}, expected}
#define SCRATCH (long)scratch

/* Lists the calls of criu/pie/parasite.c and compel/src/lib/infect.c, then those calls of criu itself that filters of containers
 * block. */
static const struct call *list_calls(size_t *count) {
  static struct call calls[] = {
      CALL(mmap, 0, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      CALL(mprotect, 0, 0, 0, 0),
      CALL(munmap, 0, 0, 4096),
      CALL(mremap, EINVAL, 0, 0, 0, 0),
      CALL(memfd_create, 0, 0, 0),
      CALL(vmsplice, EBADF, -1, 0, 0, 0),
      CALL(socket, 0, AF_UNIX, SOCK_SEQPACKET, 0),
      CALL(connect, EBADF, -1, 0, 0),
      CALL(sendto, EBADF, -1, 0, 0, 0, 0, 0),
      CALL(recvfrom, EBADF, -1, 0, 0, 0, 0, 0),
      CALL(sendmsg, EBADF, -1, 0, 0),
      CALL(recvmsg, EBADF, -1, 0, 0),
      CALL(openat, EBADF, -1, 0, O_RDONLY, 0),
      CALL(read, EBADF, -1, 0, 0),
      CALL(write, EBADF, -1, 0, 0),
      CALL(pread64, EBADF, -1, 0, 0, 0),
      CALL(fstat, EBADF, -1, 0),
      CALL(fcntl, EBADF, -1, F_GETFL, 0),
      CALL(ioctl, EBADF, -1, 0, 0),
      CALL(close, EBADF, -1),
      CALL(rt_sigaction, 0, SIGUSR1, 0, 0, SIGSET_SIZE),
      CALL(rt_sigprocmask, 0, SIG_BLOCK, 0, 0, SIGSET_SIZE),
      CALL(sigaltstack, 0, 0, 0),
      CALL(getitimer, EFAULT, 0, 0),
      CALL(timer_gettime, EINVAL, NO_TIMER, 0),
      CALL(timer_getoverrun, EINVAL, NO_TIMER),
      CALL(getpid, 0, 0),
      CALL(gettid, 0, 0),
      CALL(getsid, 0, 0),
      CALL(getpgid, 0, 0),
      CALL(getgroups, 0, 0, 0),
      CALL(getresuid, EFAULT, 0, 0, 0),
      CALL(getresgid, EFAULT, 0, 0, 0),
      CALL(umask, 0, 077),
      CALL(capget, EFAULT, 0, 0),
      CALL(prctl, 0, 3, 0, 0, 0, 0), /* PR_GET_DUMPABLE */
      CALL(brk, 0, 0),
      CALL(ptrace, ESRCH, 7, 0, 0, 0), /* PTRACE_CONT of a process that does not exist */
      CALL(process_vm_readv, 0, 0, 0, 0, 0, 0, 0),
      CALL(kcmp, 0, 0, 0, KCMP_VM, 0, 0),
      CALL(get_robust_list, 0, 0, 0, 0),
      CALL(splice, EBADF, -1, 0, -1, 0, 1, 0),
      CALL(socket, 0, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) PROCESSOR_TRIALS,
  };
  *count = sizeof calls / sizeof *calls;
  /* These values are not constant expressions. */
  for (size_t i = 0; i < *count; i++) {
    struct call *call = &calls[i];
    if (call->number == SYS_memfd_create) call->arguments[0] = (long)name;
    else if (call->number == SYS_openat) call->arguments[1] = (long)name;
    else if (call->number == SYS_process_vm_readv) call->arguments[0] = getpid();
    else if (call->number == SYS_kcmp) call->arguments[0] = call->arguments[1] = getpid();
    else if (call->number == SYS_get_robust_list) call->arguments[1] = call->arguments[2] = SCRATCH;
    else complete_processor_trial(call->number, call->arguments, SCRATCH);
  }
  return calls;
}

static bool is_allowed(const struct call *call) {
  const long *a = call->arguments;
  long result = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
  return result >= 0 ? call->expected == 0 : errno == call->expected;
}

/* Gives up the capabilities of a trial's process, which then ends together with its parent. The parent can be killed at any moment.
 * Other credentials cancel the signal, so they come first. */
static bool become_trial(pid_t parent) {
  return drop_capabilities() && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent;
}

enum verdict { UNTRIED, TRYING, ALLOWED, FORBIDDEN };

/* Runs in the child and goes as far as the filter lets it live. */
static _Noreturn void try_calls(pid_t parent, volatile unsigned char *verdicts) {
  size_t count;
  const struct call *calls = list_calls(&count);
  if (!become_trial(parent)) _exit(1);
  for (size_t i = 0; i < count; i++) {
    if (verdicts[i] != UNTRIED) continue;
    verdicts[i] = TRYING;
    verdicts[i] = is_allowed(&calls[i]) ? ALLOWED : FORBIDDEN;
  }
  _exit(0);
}

/* Returns true if every call has been tried. A call that killed its child stays TRYING, and the next child continues after it. */
static bool run_trial(volatile unsigned char *verdicts, size_t count) {
  for (size_t children = 0; children <= count; children++) {
    int status;
    pid_t parent = getpid(), child = fork();
    if (child == 0) try_calls(parent, verdicts);
    if (child < 0 || waitpid(child, &status, 0) != child) return false;
    if (WIFEXITED(status)) return WEXITSTATUS(status) == 0;
  }
  return false;
}

int find_forbidden_calls(char *names, size_t size) {
  size_t count, length = 0;
  const struct call *calls = list_calls(&count);
  int found = 0;
  unsigned char *verdicts = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  names[0] = '\0';
  if (verdicts == MAP_FAILED) return -1;
  if (!run_trial(verdicts, count)) {
    munmap(verdicts, count);
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    if (verdicts[i] == ALLOWED) continue;
    if (length < size) length += (size_t)snprintf(names + length, size - length, "%s%s", found++ > 0 ? ", " : "", calls[i].name);
  }
  munmap(verdicts, count);
  return found;
}

/* Runs in the child, which is dumpable as a JVM is. The helper itself is not dumpable, because its file has capabilities. */
static _Noreturn void be_traced(pid_t parent, int ready) {
  if (!become_trial(parent) || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || write(ready, "", 1) != 1) _exit(1);
  for (;;) pause();
}

bool is_tracing_allowed(void) {
  int ready[2], error = 0;
  char byte;
  pid_t parent = getpid(), child;
  if (pipe2(ready, O_CLOEXEC) != 0) return true;
  child = fork();
  if (child == 0) be_traced(parent, ready[1]);
  close(ready[1]);
  if (child > 0 && read(ready[0], &byte, 1) == 1 && ptrace(PTRACE_SEIZE, child, NULL, NULL) != 0) error = errno;
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
  close(ready[0]);
  return error != EPERM && error != EACCES;
}
