/* Tests which stopped threads count as losing vector registers. */
#include <asm/hwcap.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "vectors.h"

static pid_t start(void (*life)(int ready)) {
  int ready[2];
  char byte;
  EXPECT(pipe2(ready, O_CLOEXEC) == 0);
  pid_t child = fork();
  EXPECT(child >= 0);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    life(ready[1]);
    _exit(0);
  }
  EXPECT(read(ready[0], &byte, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  return child;
}

static void wait_for_ever(int ready) {
  while (write(ready, "", 1) == 1) pause();
}

static void compute_for_ever(int ready) {
  if (write(ready, "", 1) != 1) return;
  for (volatile unsigned long i = 0;; i++) continue;
}

/* Stops a process as criu does, until it is where it is expected to be, and ends it. */
static bool is_found(pid_t child, bool expected) {
  enum { ATTEMPTS = 1000 };
  char path[32];
  int status, proc;
  bool found = !expected;
  snprintf(path, sizeof path, "/proc/%d", child);
  EXPECT((proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0);
  EXPECT(ptrace(PTRACE_SEIZE, child, NULL, NULL) == 0);
  for (int i = 0; i < ATTEMPTS && found != expected; i++) {
    EXPECT(ptrace(PTRACE_INTERRUPT, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status));
    found = find_losing_thread(child, proc) == child;
    EXPECT(ptrace(PTRACE_CONT, child, NULL, NULL) == 0);
  }
  close(proc);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return found;
}

static void aThreadInACallLosesNothing(void) { EXPECT(!is_found(start(wait_for_ever), false)); }

static void aThreadAtWorkLosesRegisters(void) { EXPECT(is_found(start(compute_for_ever), true)); }

int main(void) {
  if (getenv("CRJVM_EMULATED") || !(getauxval(AT_HWCAP) & HWCAP_SVE)) {
    printf("vectors_test: skipped: it needs a kernel with ptrace, and a CPU with SVE\n");
    return 0;
  }
  RUN(aThreadInACallLosesNothing);
  RUN(aThreadAtWorkLosesRegisters);
  return conclude("vectors_test");
}
