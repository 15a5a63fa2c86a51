/* Tests that a trial leaves nothing behind. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "trial.h"

enum { ROUNDS = 100, STEP_US = 50, LIMIT_S = 60 };

static volatile pid_t trier;

static void giveUp(int signal) {
  static const char line[] = "trial_test: a child of a killed trier waits for ever\n";
  (void)signal;
  kill(-trier, SIGKILL);
  _exit(write(2, line, sizeof line - 1) < 0 ? 2 : 1);
}

/* A helper can be killed at any moment. Its trials' processes would otherwise wait for ever, and nobody would know them. */
static void killedTriersTakeTheirChildrenWithThem(void) {
  EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
  signal(SIGALRM, giveUp);
  alarm(LIMIT_S);
  for (unsigned round = 0; round < ROUNDS; round++) {
    char names[64];
    pid_t child = fork();
    EXPECT(child >= 0);
    setpgid(child, child); /* both processes call it, so that it is done whoever is first */
    while (child == 0) {
      is_tracing_allowed();
      find_forbidden_calls(names, sizeof names);
    }
    trier = child;
    usleep(round * STEP_US); /* each round kills the trier at another step of its trial */
    EXPECT(kill(trier, SIGKILL) == 0);
    while (waitpid(-1, NULL, 0) > 0) continue;
    EXPECT(errno == ECHILD);
  }
  alarm(0);
}

int main(void) {
  RUN(killedTriersTakeTheirChildrenWithThem);
  return conclude("trial_test");
}
