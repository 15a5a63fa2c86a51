/* Waits and does nothing else, so that the kernel's count of its waits shows whether somebody stops it: victim
 * [undumpable|traced]. It prints its id and the number of the pipe to which a helper can report. It prints everything that arrives
 * there. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

/* Makes a child trace this process. The child stops nobody. */
static int let_trace(void) {
  pid_t self = getpid(), child;
  int ends[2];
  char done;
  if (pipe(ends) != 0 || prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0) == -2 || (child = fork()) < 0) return -1;
  if (child == 0) {
    if (ptrace(PTRACE_SEIZE, self, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || write(ends[1], "", 1) != 1) _exit(1);
    for (;;) pause();
  }
  close(ends[1]);
  return read(ends[0], &done, 1) == 1 ? 0 : -1;
}

int main(int argc, char *argv[]) {
  char text[1024];
  ssize_t length;
  int pipe_ends[2];
  /* This begins a session, as the agent does if its own session is in another PID namespace. A group leader need not do so. */
  setsid();
  if (pipe(pipe_ends) != 0) return 1;
  if (argc > 1 && strcmp(argv[1], "undumpable") == 0 && prctl(PR_SET_DUMPABLE, 0) != 0) return 1;
  if (argc > 1 && strcmp(argv[1], "traced") == 0 && let_trace() != 0) return 1;
  printf("%d %d\n", getpid(), pipe_ends[1]);
  fflush(stdout);
  while ((length = read(pipe_ends[0], text, sizeof text)) > 0)
    if (write(STDOUT_FILENO, text, (size_t)length) != length) return 1;
  return 0;
}
