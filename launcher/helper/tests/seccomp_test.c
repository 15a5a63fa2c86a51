/* Tests the trial of a seccomp filter, under filters that it installs itself. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "seccomp.h"
#include "trial.h"

static bool install_filter(unsigned call, unsigned action) {
  struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = {sizeof instructions / sizeof *instructions, instructions};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

/* A filter can't be removed, so each case runs in a process of its own. */
static void run_in_child(void (*test)(void)) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    test();
    _exit(0);
  }
  EXPECT(child > 0 && waitpid(child, &status, 0) == child);
  EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void withoutAFilterNothingIsForbidden(void) {
  char names[256];
  EXPECT(find_forbidden_calls(names, sizeof names) == 0 && names[0] == '\0');
}

static void expect_forbidden(unsigned call, unsigned action, const char *name) {
  char names[256];
  EXPECT(install_filter(call, action));
  EXPECT(find_forbidden_calls(names, sizeof names) == 1);
  EXPECT(strcmp(names, name) == 0);
}

static void anErrorIsFound(void) { expect_forbidden(SYS_vmsplice, SECCOMP_RET_ERRNO | EPERM, "vmsplice"); }

static void anotherErrorThanTheKernelsIsFound(void) { expect_forbidden(SYS_kcmp, SECCOMP_RET_ERRNO | EBADF, "kcmp"); }

static void aDeathIsFound(void) { expect_forbidden(SYS_memfd_create, SECCOMP_RET_KILL_PROCESS, "memfd_create"); }

static void aTrapIsFound(void) { expect_forbidden(SYS_ptrace, SECCOMP_RET_TRAP, "ptrace"); }

static void theReasonNamesThem(void) {
  struct reason why;
  EXPECT(is_own_filter_passable(&why));
  EXPECT(install_filter(SYS_vmsplice, SECCOMP_RET_ERRNO | EPERM));
  EXPECT(!is_own_filter_passable(&why) && strstr(why.text, "(vmsplice)") != NULL);
}

static void tracingIsTried(void) {
  EXPECT(is_tracing_allowed());
  EXPECT(install_filter(SYS_ptrace, SECCOMP_RET_ERRNO | EACCES));
  EXPECT(!is_tracing_allowed());
}

static void suspendingSeemsToSucceed(void) {
  EXPECT(ptrace(PTRACE_SETOPTIONS, getpid(), NULL, 1 << 21) == -1);
  EXPECT(pretend_to_suspend());
  EXPECT(ptrace(PTRACE_SETOPTIONS, getpid(), NULL, (1 << 21) | 1) == 0);
  EXPECT(ptrace(0x420c, getpid(), NULL, NULL) == -1 && errno == ENOENT);
  EXPECT(ptrace(PTRACE_SETOPTIONS, getpid(), NULL, 1) == -1 && errno == ESRCH);
  EXPECT(ptrace(PTRACE_CONT, getpid(), NULL, 1 << 21) == -1 && errno == ESRCH);
}

#define RUN_IN_CHILD(test) (run_in_child(test), passed++)

int main(void) {
  RUN_WITH_FILTERS(RUN_IN_CHILD, withoutAFilterNothingIsForbidden);
  RUN_WITH_FILTERS(RUN_IN_CHILD, anErrorIsFound);
  RUN_WITH_FILTERS(RUN_IN_CHILD, anotherErrorThanTheKernelsIsFound);
  RUN_WITH_FILTERS(RUN_IN_CHILD, aDeathIsFound);
  RUN_WITH_FILTERS(RUN_IN_CHILD, aTrapIsFound);
  RUN_WITH_FILTERS(RUN_IN_CHILD, theReasonNamesThem);
  RUN_WITH_FILTERS(RUN_IN_CHILD, tracingIsTried);
  RUN_WITH_FILTERS(RUN_IN_CHILD, suspendingSeemsToSucceed);
  return conclude("seccomp_test");
}
