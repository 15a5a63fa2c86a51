/* Runs a command several times, one run after the other, while other processes fork all the time: crowd COUNT PROGRAM ARGS... It
 * prints a line for each run: "run 17: 345 ended with 42", or 128+n after signal n. From crowd's own id on, every third id
 * belongs to a process that stays. The other processes come and go. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FORKERS = 2, HELD = 40, LIMIT_S = 60, FAILED = 1, USAGE = 2, CANT_EXECUTE = 127 };

static pid_t fork_or_end(void) {
  pid_t child = fork();
  if (child < 0) {
    perror("crowd: fork");
    exit(FAILED);
  }
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

/* Starts a process that holds its id until crowd ends. */
static void start_holder(void) {
  if (fork_or_end() == 0)
    for (;;) pause();
}

/* Starts a process that takes one id after the other, each for some milliseconds. */
static void start_forker(unsigned seed) {
  if (fork_or_end() != 0) return;
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    if (fork() == 0) {
      usleep((unsigned)rand_r(&seed) % 5000);
      _exit(0);
    }
    usleep(500 + (unsigned)rand_r(&seed) % 1000);
  }
}

/* Waits until the process ends, for at most so many seconds. Returns false if it still runs. */
static int ends_within(pid_t child, int seconds, int *status) {
  struct timespec now, end, pause = {0, 100000000};
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += seconds;
  for (;;) {
    if (waitpid(child, status, WNOHANG) == child) return 1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > end.tv_sec) return 0;
    sigtimedwait(&ends, NULL, &pause);
  }
}

static void run(int number, char *command[]) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(command[0], command);
    perror(command[0]);
    _exit(CANT_EXECUTE);
  }
  if (!ends_within(child, LIMIT_S, &status)) {
    kill(child, SIGQUIT); /* A JVM then prints what its threads do. */
    sleep(2);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  printf("run %d: %d ended with %d\n", number, child, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
  fflush(stdout);
}

int main(int argc, char *argv[]) {
  sigset_t ends;
  if (argc < 3) return USAGE;
  for (int i = 0; i < HELD; i++) {
    start_holder();
    for (int left = 0; left < 2; left++) {
      pid_t child = fork_or_end();
      if (child == 0) _exit(0);
      waitpid(child, NULL, 0);
    }
  }
  for (unsigned i = 0; i < FORKERS; i++) start_forker(i + 1);
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  for (int i = 1; i <= atoi(argv[1]); i++) run(i, argv + 2);
  return 0;
}
