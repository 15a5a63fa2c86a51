/* "crjvm checkpoint" runs this program. It starts a JVM that can be dumped without privileges, and makes the dump when the agent
 * asks.
 *
 *   this process      is in a user namespace of its own, where it holds CAP_CHECKPOINT_RESTORE; the JVM is its child and has the
 *     |               same streams
 *     +- the JVM      is in the same namespace, as the same user, without any capability
 *     |   +- this program again, as the helper that the agent starts: it only passes the dump call on
 *     +- one process for each dump call, which becomes criu */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arguments.h"
#include "capability.h"
#include "namespace.h"
#include "obstacles.h"
#include "service.h"
#include "yama.h"

static const char help[] =
    "usage: crjvm-checkpoint --run PROGRAM [ARGUMENTS]\n"
    "       crjvm-checkpoint --try | --version | --help\n"
    "\n"
    "Runs a JVM in a user namespace, where its agent can have it dumped without\n"
    "any privilege; crjvm checkpoint calls it. --try says whether that is possible.\n"
    "Inside it takes the arguments of crjvm-helper.\n";

static void drop_bounding_set(void) {
  for (unsigned long capability = 0; capability < 64; capability++)
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0); /* some of these numbers are not capabilities */
}

/* The bounding set is dropped first: without this step root would have capabilities again after the exec. */
static _Noreturn void become_program(char *argv[], const sigset_t *mask) {
  drop_bounding_set();
  if (!drop_capabilities()) _exit(EXIT_OWN_FAILURE);
  sigprocmask(SIG_SETMASK, mask, NULL);
  execvp(argv[0], argv);
  dprintf(2, "crjvm: cannot start \"%s\": %s\n", argv[0], strerror(errno));
  _exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

/* Reaps all children that have ended. Returns the program's status if it was among them, and -1 otherwise. */
static int reap(pid_t program) {
  int status, result = -1;
  pid_t ended;
  while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
    if (ended == program) result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

/* Passes signals on to the program. A signal from the terminal has already reached the whole group and with it the JVM. */
static void pass_on(int signals, pid_t program, int *status) {
  struct signalfd_siginfo info;
  while (read(signals, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD) *status = reap(program);
    else if (info.ssi_code != SI_KERNEL) kill(program, (int)info.ssi_signo);
    if (*status >= 0) return;
  }
}

static int serve_until_end(pid_t program, const struct service *service, int signals) {
  struct pollfd events[] = {{.fd = signals, .events = POLLIN}, {.fd = service->socket, .events = POLLIN}};
  int status = -1;
  while (status < 0) {
    if (poll(events, 2, -1) < 0 && errno != EINTR) die(EXIT_OWN_FAILURE, "cannot wait for the JVM: %s", strerror(errno));
    if (events[0].revents & POLLIN) pass_on(signals, program, &status);
    if (status < 0 && events[1].revents & POLLIN) serve_dump_call(service);
  }
  return status;
}

static void choose_signals(sigset_t *set) {
  static const int own[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
  sigfillset(set);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(set, own[i]);
}

static int run(char *argv[]) {
  struct service service;
  struct reason why;
  sigset_t handled, before;
  int signals;
  pid_t program;
  if (!enter_user_namespace(&why)) die(EXIT_OWN_FAILURE, "checkpoint: %s", why.text);
  choose_signals(&handled);
  if (!open_service(&service) || setenv(SERVICE_VARIABLE, service.contact, 1) != 0 ||
      sigprocmask(SIG_BLOCK, &handled, &before) != 0 || (signals = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK)) < 0 ||
      (program = fork()) < 0)
    die(EXIT_OWN_FAILURE, "cannot start the JVM: %s", strerror(errno));
  if (program == 0) become_program(argv, &before);
  unsetenv(SERVICE_VARIABLE);
  if (!keep_capabilities(CHECKPOINT_RESTORE_BIT | (must_trace_by_capability() ? SYS_PTRACE_BIT : 0))) {
    kill(program, SIGKILL);
    die(EXIT_OWN_FAILURE, "cannot give up capabilities: %s", strerror(errno));
  }
  return serve_until_end(program, &service, signals);
}

static int try_all(void) {
  struct reason why, found[OBSTACLES_MAX];
  int count;
  if (!enter_user_namespace(&why)) {
    puts(why.text);
    return EXIT_FAILED;
  }
  count = find_obstacles(found);
  for (int i = 0; i < count; i++) puts(found[i].text);
  return count == 0 ? EXIT_OK : EXIT_FAILED;
}

int main(int argc, char *argv[]) {
  const char *contact = getenv(SERVICE_VARIABLE);
  if (getuid() != geteuid() || getgid() != getegid())
    die(EXIT_OWN_FAILURE, "crjvm-checkpoint must not be set-user-id or set-group-id; take these bits away");
  if (argc >= 3 && strcmp(argv[1], "--run") == 0) return run(argv + 2);
  if (argc == 2 && strcmp(argv[1], "--try") == 0) return try_all();
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    puts("crjvm-checkpoint " CRJVM_VERSION " protocol 1");
    return EXIT_OK;
  }
  if (contact != NULL && argc >= 2 && strcmp(argv[1], "--help") != 0) return ask_service(contact, argc, argv);
  fputs(help, argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
  return argc == 2 && strcmp(argv[1], "--help") == 0 ? EXIT_OK : EXIT_OWN_FAILURE;
}
