/* The helper uses a privilege. The file has cap_checkpoint_restore as permitted, not effective: without effect until it is raised.
 *
 *   held       from exec on, without effect, in three processes: the caller's child, the daemon, the child that becomes criu
 *   validated  arguments, machine, target, folder and pipe, all with the caller's own rights only
 *   raised     in the last of the three processes, immediately before it executes criu; on some processors also in the daemon,
 *              while it looks at the JVM's threads (vectors.c)
 *   dropped    in the first process when it ends, and in the daemon when criu has ended: until then the kernel lets the daemon
 *              look at criu only if it has the capability, without effect (supervisor.h); the daemon verifies that it is gone
 *
 * Root needs no file capability: criu then runs with root's capabilities, and the helper adds none. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arguments.h"
#include "capability.h"
#include "dump.h"
#include "inherited.h"
#include "obstacles.h"
#include "report.h"

enum { REAPING_LIMIT_MS = 10000 };

static void confine(void) {
  const struct rlimit none = {0, 0};
  int file;
  reset_signals();
  /* The next file that is opened would get the number of a closed standard descriptor. */
  do file = open("/dev/null", O_RDWR);
  while (file >= 0 && file <= 2);
  if (file < 0) die(EXIT_FAILED, "cannot open \"/dev/null\": %s", strerror(errno));
  /* The helper needs nothing that the caller left open: it opens the report pipe through the target. */
  if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0)
    die(EXIT_FAILED, "cannot close descriptors: %s; Linux 5.9 or newer is needed", strerror(errno));
  umask(077);
  if (setrlimit(RLIMIT_CORE, &none) != 0) die(EXIT_FAILED, "cannot switch core files off: %s", strerror(errno));
  if (getuid() != geteuid() || getgid() != getegid())
    die(EXIT_FAILED, "the helper must not be set-user-id or set-group-id; run setup");
}

static int check(void) {
  struct reason found[OBSTACLES_MAX];
  int count = find_obstacles(found);
  for (int i = 0; i < count; i++) printf("%s\n", found[i].text);
  return count == 0 ? EXIT_OK : EXIT_FAILED;
}

/* criu dumps the JVM's descendants as well. So the daemon must not be one of them, and the first process must have been
 * reaped. */
static bool wait_until_unrelated(pid_t first, pid_t intermediate, const struct target *target, struct reason *why) {
  for (int waited = 0; waited < REAPING_LIMIT_MS; waited++) {
    pid_t parent = getppid();
    if (parent != intermediate && parent == target->pid) {
      set_reason(why, "process %d adopts orphans (PR_SET_CHILD_SUBREAPER), so the helper would be its child", target->pid);
      return false;
    }
    if (parent != intermediate && kill(first, 0) != 0 && errno == ESRCH) return true;
    poll(NULL, 0, 1);
  }
  set_reason(why, "the helper's first process was not waited for by its parent");
  return false;
}

/* Returns only in the daemon. The caller's child ends with the status of the intermediate process. */
static void become_daemon(pid_t *intermediate) {
  int status = 0;
  pid_t child = fork();
  if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)) _exit(WEXITSTATUS(status));
  if (child != 0) die(EXIT_FAILED, "cannot fork: %s", strerror(errno));
  *intermediate = getpid();
  child = setsid() < 0 ? -1 : fork();
  if (child < 0) die(EXIT_FAILED, "cannot fork: %s", strerror(errno));
  if (child > 0) _exit(EXIT_OK);
}

static _Noreturn void dump_target(const struct arguments *arguments) {
  struct reason why;
  struct dump dump;
  pid_t first = getpid(), intermediate;
  if (!prepare_dump(arguments, &dump, &why)) die(EXIT_FAILED, "%s", why.text);
  become_daemon(&intermediate);
  if (!detach_streams()) _exit(EXIT_FAILED);
  signal(SIGPIPE, SIG_IGN);
  if (wait_until_unrelated(first, intermediate, &dump.target, &why)) make_dump(&dump);
  else report_failure(dump.report, &why);
  _exit(EXIT_OK);
}

int main(int argc, char *argv[]) {
  struct arguments arguments;
  struct reason why;
  confine();
  if (!parse_arguments(argc, argv, &arguments, &why)) die(EXIT_USAGE, "%s", why.text);
  switch (arguments.action) {
    case ACTION_CHECK: return check();
    case ACTION_VERSION: puts("crjvm-helper " CRJVM_VERSION " protocol 1"); return EXIT_OK;
    case ACTION_HELP: fputs(usage_text, stdout); return EXIT_OK;
    case ACTION_DUMP: break;
  }
  dump_target(&arguments);
}
