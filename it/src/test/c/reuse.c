/* Gives the id of a process that is to be dumped to another process, at every moment of the dump: reuse COUNT SEED UID GID
 * HELPER FOLDER. It runs as root, because only root can choose ids. The caller is user UID. The process that gets the id
 * belongs to somebody else and waits for ever. The kernel's count of its waits shows whether anybody has stopped it. The program
 * prints one line with the result at the end. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OTHER = 65534, LIMIT_MS = 30000, LONGEST_US = 120000 };

static int report[2]; /* This is the victim's pipe, which this process reads. */

static void end(const char *what) {
  perror(what);
  exit(1);
}

static void become(unsigned uid, unsigned gid) {
  if (chdir("/") != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) _exit(99);
  prctl(PR_SET_DUMPABLE, 1);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static pid_t start_target(unsigned uid, unsigned gid) {
  pid_t child = fork();
  if (child != 0) return child;
  become(uid, gid);
  for (;;) pause();
}

/* Starts a process of another user under the same id. Returns 0 if the id is taken already. */
static pid_t start_heir(pid_t id) {
  struct clone_args arguments = {.exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&id, .set_tid_size = 1};
  pid_t child = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child < 0) return 0;
  if (child == 0) {
    close(report[0]);
    close(report[1]);
    become(OTHER, OTHER);
    for (;;) pause();
  }
  return child;
}

static pid_t start_helper(const char *helper, const char *folder, pid_t target, unsigned uid, unsigned gid) {
  char pid[16], descriptor[16];
  pid_t child = fork();
  if (child != 0) return child;
  snprintf(pid, sizeof pid, "%d", target);
  snprintf(descriptor, sizeof descriptor, "%d", report[1]);
  become(uid, gid);

  dup2(open("/dev/null", O_WRONLY), 2);
  execl(helper, helper, "--pid", pid, "--images", folder, "--report", descriptor, "--time-limit", "20", (char *)NULL);
  _exit(98);
}

static long count_waits(pid_t pid) {
  char path[64], line[256];
  long count = -1;
  FILE *file;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  file = fopen(path, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "voluntary_ctxt_switches: %ld", &count) == 1) break;
  if (file != NULL) fclose(file);
  return count;
}

/* Waits until the process waits. Its count is then 1. */
static bool settle(pid_t heir, long *waits) {
  for (int i = 0; i < LIMIT_MS; i++) {
    char path[64], state[64] = "";
    int file;
    snprintf(path, sizeof path, "/proc/%d/wchan", heir);
    file = open(path, O_RDONLY);
    if (file >= 0 && read(file, state, sizeof state - 1) > 1 && strstr(state, "pause") != NULL) {
      close(file);
      *waits = count_waits(heir);
      return true;
    }
    close(file);
    usleep(1000);
  }
  return false;
}

/* Returns true while a process has the write end of the report. That is a helper, because criu has no descriptors. */
static bool is_helped(void) {
  char text[1024];
  ssize_t length = read(report[0], text, sizeof text);
  return length > 0 || (length < 0 && errno == EAGAIN);
}

static void await_end(void) {
  close(report[1]);
  for (int i = 0; is_helped(); i++) {
    if (i == LIMIT_MS) {
      puts("a helper hangs");
      exit(1);
    }
    usleep(1000);
  }
  close(report[0]);
}

int main(int argc, char *argv[]) {
  int used = 0, disturbed = 0, count = argc == 7 ? atoi(argv[1]) : 0;
  unsigned uid = argc == 7 ? (unsigned)atoi(argv[3]) : 0, gid = argc == 7 ? (unsigned)atoi(argv[4]) : 0;
  if (count <= 0 || uid == 0) return 2;
  srand((unsigned)atoi(argv[2]));
  for (int i = 0; i < count; i++) {
    char folder[4096];
    pid_t target, helper, heir;
    long waits;
    snprintf(folder, sizeof folder, "%s/%d", argv[6], i);
    if (mkdir(folder, 0700) != 0 || chown(folder, uid, gid) != 0 || pipe2(report, O_NONBLOCK) != 0 ||
        fchown(report[1], uid, gid) != 0)
      end(folder);
    target = start_target(uid, gid);
    helper = start_helper(argv[5], folder, target, uid, gid);
    /* criu starts when the helper's first process has been waited for. Every fourth id changes hands before that. */
    if (i % 4 != 0) waitpid(helper, NULL, 0);
    usleep((useconds_t)(rand() % LONGEST_US));
    kill(target, SIGKILL);
    waitpid(target, NULL, 0);
    heir = start_heir(target);
    if (i % 4 == 0) waitpid(helper, NULL, 0);
    if (heir != 0 && !settle(heir, &waits)) end("the heir does not wait");
    await_end();
    if (heir != 0) {
      used++;
      /* If it had been stopped before its first wait, its count would be higher by one. */
      disturbed += waits != 1 || count_waits(heir) != waits || waitpid(heir, NULL, WNOHANG) != 0;
      kill(heir, SIGKILL);
      waitpid(heir, NULL, 0);
    }
  }
  printf("%d of %d ids used again, %d disturbed\n", used, count, disturbed);
  return 0;
}
