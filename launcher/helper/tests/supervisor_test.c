/* Tests which files the supervisor opens for criu, and how it answers criu's calls. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "supervisor.h"

static char path[] = "/tmp/supervisor-test-XXXXXX";
static struct supervisor supervisor = {.listener = -1, .refused_call = -1};

static int open_one(const char *name, int flags) { return open_for_engine(&supervisor, name, flags, 0644); }

static void expect_open(const char *name, int flags) {
  int fd = open_one(name, flags);
  EXPECT(fd >= 0);
  if (fd >= 0) close(fd);
}

static void whatCriuMakesItMayOpenAgain(void) {
  struct stat file;
  EXPECT(open_one("made.img", O_RDONLY) == -ENOENT);
  expect_open("made.img", O_WRONLY | O_CREAT | O_TRUNC);
  EXPECT(fstatat(supervisor.images, "made.img", &file, 0) == 0 && (file.st_mode & 0777) == 0600);
  expect_open("made.img", O_RDWR);
  expect_open("made.img", O_WRONLY | O_CREAT | O_TRUNC);
  expect_open(".", O_RDONLY);
}

static void whatOthersHavePutThereIsNotOpened(void) {
  EXPECT(symlinkat("/dev/null", supervisor.images, "link.img") == 0);
  EXPECT(mknodat(supervisor.images, "pipe.img", S_IFIFO | 0600, 0) == 0);
  EXPECT(symlinkat(".", supervisor.images, "parent") == 0);
  int fd = openat(supervisor.images, "file.img", O_WRONLY | O_CREAT | O_EXCL, 0600);
  EXPECT(fd >= 0 && close(fd) == 0);
  static const char *const names[] = {"link.img", "pipe.img", "file.img", "parent"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    EXPECT(open_one(names[i], O_RDONLY) == -ENOENT);
    EXPECT(open_one(names[i], O_WRONLY | O_CREAT | O_TRUNC) == -EEXIST);
  }
}

static void whatIsExchangedIsNotOpened(void) {
  expect_open("turned.img", O_WRONLY | O_CREAT);
  EXPECT(unlinkat(supervisor.images, "turned.img", 0) == 0 && symlinkat("/dev/null", supervisor.images, "turned.img") == 0);
  EXPECT(open_one("turned.img", O_RDWR) == -ELOOP);
  EXPECT(unlinkat(supervisor.images, "turned.img", 0) == 0 &&
         linkat(supervisor.images, "made.img", supervisor.images, "turned.img", 0) == 0);
  EXPECT(open_one("turned.img", O_RDWR) == -EACCES);
}

static void namesLeadNowhereElse(void) {
  EXPECT(open_one("..", O_RDONLY) == -EACCES);
  EXPECT(open_one("", O_RDONLY) == -EACCES);
  EXPECT(open_one("parent/made.img", O_RDONLY) == -EACCES);
  EXPECT(open_one("../made.img", O_WRONLY | O_CREAT) == -EACCES);
}

/* Makes as many calls as the status has bits. A bit is set if its call had the wrong result. */
static int call_as_engine(void) {
  static char program[] = "/bin/true", *const words[] = {program, NULL};
  int wrong = 0;
  wrong |= open("/dev/null", O_WRONLY) < 0;
  wrong |= (open("/proc/self/status", O_RDONLY) < 0) << 1;
  wrong |= (open("/proc/self/comm", O_WRONLY) >= 0 || errno != EACCES) << 2;
  wrong |= (open("supervised.img", O_WRONLY | O_CREAT, 0600) < 0) << 3;
  wrong |= (mount("none", "/proc", "tmpfs", 0, NULL) == 0 || errno != EACCES) << 4;
  wrong |= (syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) >= 0 || errno != ENOSYS) << 5;
  if (fork() == 0) _exit(execv(program, words));
  int status = 1;
  wrong |= (wait(&status) < 0 || status != 0) << 6;
  wrong |= (execv(program, words) >= 0 || errno != EACCES) << 7;
  return wrong;
}

static void callsAreAnsweredByTheList(void) {
  int sockets[2], status;
  EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
  pid_t engine = fork();
  if (engine == 0) _exit(fchdir(supervisor.images) != 0 || !submit_to_supervisor(sockets[1]) ? 255 : call_as_engine());
  EXPECT(receive_listener(&supervisor, sockets[0]));
  while (waitpid(engine, &status, WNOHANG) == 0) {
    struct pollfd event = {.fd = supervisor.listener, .events = POLLIN};
    if (poll(&event, 1, 10) > 0 && event.revents & POLLIN) answer_call(&supervisor);
  }
  EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT(supervisor.refused_call == SYS_mount);
}

static void fewNamesMayBeWrittenElsewhere(void) {
  EXPECT(may_write_elsewhere("/dev/null") && may_write_elsewhere("clear_refs") && may_write_elsewhere("fd/3"));
  static const char *const names[] = {
      "/proc/sys/kernel/ns_last_pid", "/proc/self/clear_refs", "fd/3/x", "fd/../clear_refs", "fd", ""};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) EXPECT(!may_write_elsewhere(names[i]));
}

int main(void) {
  if (mkdtemp(path) == NULL || (supervisor.images = open(path, O_RDONLY | O_DIRECTORY)) < 0) return 1;
  RUN(whatCriuMakesItMayOpenAgain);
  RUN(whatOthersHavePutThereIsNotOpened);
  RUN(whatIsExchangedIsNotOpened);
  RUN(namesLeadNowhereElse);
  RUN(fewNamesMayBeWrittenElsewhere);
  RUN_WITH_FILTERS(RUN, callsAreAnsweredByTheList);
  end_supervisor(&supervisor);
  static const char *const names[] = {"made.img", "link.img", "pipe.img", "file.img", "parent", "turned.img", "supervised.img"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlinkat(supervisor.images, names[i], 0);
  rmdir(path);
  return conclude("supervisor_test");
}
