/* Which of criu's files are opened for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "supervisor.h"

static char path[] = "/tmp/supervisor-test-XXXXXX";
static struct supervisor supervisor = {.listener = -1};

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

int main(void) {
  if (mkdtemp(path) == NULL || (supervisor.images = open(path, O_RDONLY | O_DIRECTORY)) < 0) return 1;
  RUN(whatCriuMakesItMayOpenAgain);
  RUN(whatOthersHavePutThereIsNotOpened);
  RUN(whatIsExchangedIsNotOpened);
  RUN(namesLeadNowhereElse);
  end_supervisor(&supervisor);
  static const char *const names[] = {"made.img", "link.img", "pipe.img", "file.img", "parent", "turned.img"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlinkat(supervisor.images, names[i], 0);
  rmdir(path);
  return conclude("supervisor_test");
}
