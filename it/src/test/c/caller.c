/* Executes a program in unusual circumstances: caller [WAY...] -- PROGRAM [ARGUMENT...]. If a limit prevents that, it says so.
 *
 *   closed=N       descriptor N is closed
 *   open=COUNT     COUNT more descriptors are open, on a file that nobody else can read any more
 *   sockets=COUNT  COUNT connected sockets are open
 *   LIMIT=N        the limit is N: nofile, fsize, as, data, nproc, stack, core, memlock, cpu
 *   blocked        all signals are blocked
 *   ignored        all signals that can be ignored are ignored
 *   alarm=S        an alarm comes after S seconds
 *   umask=0        everybody can write to new files
 *   subreaper      orphans become its children, and it waits for them
 *   no-arguments   the program gets no arguments, not even its name
 *   long=COUNT     its last argument is COUNT bytes long */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(const char *what) {
  perror(what);
  exit(99);
}

static void set_limit(const char *name, rlim_t value) {
  static const struct {
    const char *name;
    int limit;
  } limits[] = {
      {"nofile", RLIMIT_NOFILE}, {"fsize", RLIMIT_FSIZE},     {"as", RLIMIT_AS},
      {"data", RLIMIT_DATA},     {"nproc", RLIMIT_NPROC},     {"stack", RLIMIT_STACK},
      {"core", RLIMIT_CORE},     {"memlock", RLIMIT_MEMLOCK}, {"cpu", RLIMIT_CPU},
  };
  const struct rlimit both = {value, value};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (strcmp(name, limits[i].name) == 0) {
      if (setrlimit(limits[i].limit, &both) != 0) end(name);
      return;
    }
  errno = EINVAL;
  end(name);
}

static void set_signals(bool blocked) {
  sigset_t all;
  sigfillset(&all);
  if (blocked) sigprocmask(SIG_BLOCK, &all, NULL);
  else
    for (int i = 1; i < NSIG; i++) signal(i, SIG_IGN); /* Some numbers can't be ignored. */
}

static void open_many(int count) {
  int file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
  while (file >= 0 && --count > 0) file = dup(file);
  if (file < 0) end("open");
}

static void open_sockets(int count) {
  int ends[2];
  while (count-- > 0)
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) end("socketpair");
}

static void adopt_orphans(void) {
  pid_t child;
  int status;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || (child = fork()) < 0) end("subreaper");
  if (child == 0) return;
  while (wait(&status) > 0);
  exit(0);
}

static bool set_way(const char *way, bool *no_arguments, size_t *length) {
  char name[32] = "";
  unsigned long value = 0;
  if (sscanf(way, "%31[a-z-]=%lu", name, &value) < 1) return false;
  if (strcmp(name, "closed") == 0) close((int)value);
  else if (strcmp(name, "open") == 0) open_many((int)value);
  else if (strcmp(name, "sockets") == 0) open_sockets((int)value);
  else if (strcmp(name, "blocked") == 0 || strcmp(name, "ignored") == 0) set_signals(name[0] == 'b');
  else if (strcmp(name, "alarm") == 0) alarm((unsigned)value);
  else if (strcmp(name, "umask") == 0) umask((mode_t)value);
  else if (strcmp(name, "subreaper") == 0) adopt_orphans();
  else if (strcmp(name, "no-arguments") == 0) *no_arguments = true;
  else if (strcmp(name, "long") == 0) *length = value;
  else set_limit(name, value);
  return true;
}

int main(int argc, char *argv[]) {
  char *none[] = {NULL};
  bool no_arguments = false;
  size_t length = 0;
  int i = 1;
  for (; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (!set_way(argv[i], &no_arguments, &length)) return 2;
  if (i + 1 >= argc) return 2;
  if (length > 0) {
    argv[argc - 1] = malloc(length + 1);
    memset(argv[argc - 1], 'a', length);
    argv[argc - 1][length] = '\0';
  }
  execv(argv[i + 1], no_arguments ? none : argv + i + 1);
  perror(argv[i + 1]);
  return 99;
}
