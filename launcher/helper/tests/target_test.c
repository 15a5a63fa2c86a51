/* Tests what the helper reads about a process, and which processes it refuses. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "report.h"
#include "target.h"

static const char status_text[] =
    "Name:\tjava\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t71\nPid:\t71\nPPid:\t1\nTracerPid:\t9\n"
    "Uid:\t1001\t1002\t1003\t1004\nGid:\t5\t6\t7\t8\nGroups:\t5 \nNStgid:\t71\t3\nNSpid:\t71\t3\n"
    "CapInh:\t0000000000000000\nCapPrm:\t0000010000000400\nCapEff:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n";

static struct process_status status;
static struct reason why;
static struct target target;

static void aStatusIsReadWhole(void) {
  EXPECT(parse_status(status_text, &status));
  EXPECT(status.uids[0] == 1001 && status.uids[3] == 1004 && status.gids[2] == 7);
  EXPECT(status.tracer == 9 && status.innermost_pid == 3 && status.seccomp == 2 && status.state == 'S');
  EXPECT(status.permitted == 0x10000000400);
}

static void aTruncatedStatusIsNeverTakenForAWholeOne(void) {
  char text[sizeof status_text];
  const char *last_needed = strstr(status_text, "NoNewPrivs");
  for (size_t length = 0; length + 1 < (size_t)(last_needed - status_text); length++) {
    memcpy(text, status_text, length);
    text[length] = '\0';
    if (length < (size_t)(strstr(status_text, "CapPrm") - status_text)) EXPECT(!parse_status(text, &status));
    else parse_status(text, &status);
  }
}

static void aNameDoesNotPassForAnotherField(void) {
  /* The kernel writes a newline in a name as \n. */
  char text[sizeof status_text + 64] = "Name:\tUid:\\nUid:\t0\t0\t0\t0\n";
  strcat(text, status_text + strlen("Name:\tjava\n"));
  EXPECT(parse_status(text, &status));
  EXPECT(status.uids[0] == 1001);
}

/* Parses the status with one line replaced. */
static bool parse_changed(const char *line, const char *changed) {
  char text[sizeof status_text + 256];
  const char *at = strstr(status_text, line);
  EXPECT(at != NULL);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - status_text), status_text, changed, at + strlen(line));
  return parse_status(text, &status);
}

static void numbersAreDigitsThatFit(void) {
  const char *uids = "Uid:\t1001\t1002\t1003\t1004\n";
  EXPECT(parse_changed(uids, "Uid:\t0\t0\t0\t4294967295\n") && status.uids[3] == 4294967295U);
  EXPECT(!parse_changed(uids, "Uid:\t0\t0\t0\t4294967296\n"));
  EXPECT(!parse_changed(uids, "Uid:\t-1\t0\t0\t0\n"));
  EXPECT(!parse_changed(uids, "Uid:\t 1\t0\t0\t0\n"));
  EXPECT(!parse_changed(uids, "Uid:\t1\t0\t0\t0\t0\n"));
  EXPECT(!parse_changed(uids, "Uid:\t1\t0\t0\t\n"));
  EXPECT(!parse_changed(uids, "Uid:\t1\t0\t0\t0x\n"));
  EXPECT(!parse_changed("CapPrm:\t0000010000000400\n", "CapPrm:\t10000010000000400\n"));
  EXPECT(!parse_changed("NSpid:\t71\t3\n", "NSpid:\t71\t2147483648\n"));
  EXPECT(!parse_changed("Seccomp:\t2\n", "Seccomp:\tx\n"));
  EXPECT(parse_changed("Seccomp:\t2\n", "") && status.seccomp == 0);
}

static pid_t start_sleeper(int dumpable) {
  int ready[2];
  char byte;
  pid_t child;
  EXPECT(pipe2(ready, O_CLOEXEC) == 0);
  child = fork();
  EXPECT(child >= 0);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(0);
  }
  EXPECT(read(ready[0], &byte, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  return child;
}

static void end_sleeper(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

static void ownProcessIsPinnedAndItsEndIsSeen(void) {
  pid_t child = start_sleeper(1);
  bool pinned = pin_target(child, &target, &why);
  /* Under a seccomp filter, as in a container, the process may be refused, but for no other reason. */
  EXPECT(pinned || strstr(why.text, "seccomp") != NULL);
  if (pinned) EXPECT(is_alive(&target) && target.pid == child);
  end_sleeper(child);
  if (pinned) EXPECT(!is_alive(&target));
  EXPECT(!pin_target(child, &target, &why));
}

static void aProcessThatIsNotDumpableIsRefused(void) {
  pid_t child = start_sleeper(0);
  EXPECT(!pin_target(child, &target, &why));
  /* For root the files of such a process look like those of any other. */
  EXPECT(getuid() == 0 || strstr(why.text, "not dumpable") != NULL);
  end_sleeper(child);
}

static void onlyAPipeOfTheTargetIsReportedTo(void) {
  int ends[2], report, file = open("/dev/null", O_WRONLY);
  char line[64] = "";
  EXPECT(pipe2(ends, O_CLOEXEC) == 0 && file >= 0);
  target = (struct target){.pid = getpid(), .pidfd = -1, .proc = open("/proc/self", O_RDONLY | O_DIRECTORY)};
  EXPECT(open_report(&target, file, &why) < 0 && strstr(why.text, "not a pipe") != NULL);
  EXPECT(open_report(&target, 1048576, &why) < 0);
  report = open_report(&target, ends[1], &why);
  EXPECT(report >= 0);
  set_reason(&why, "%s", "it failed");
  report_failure(report, &why);
  EXPECT(read(ends[0], line, sizeof line - 1) == 19);
  EXPECT(strcmp(line, "D error: it failed\n") == 0);
}

int main(void) {
  RUN(aStatusIsReadWhole);
  RUN(aTruncatedStatusIsNeverTakenForAWholeOne);
  RUN(aNameDoesNotPassForAnotherField);
  RUN(numbersAreDigitsThatFit);
  RUN(ownProcessIsPinnedAndItsEndIsSeen);
  if (getuid() != 0) RUN(aProcessThatIsNotDumpableIsRefused);
  RUN(onlyAPipeOfTheTargetIsReportedTo);
  return conclude("target_test");
}
