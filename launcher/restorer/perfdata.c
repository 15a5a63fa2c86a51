/* The file by which jps, jstat and jcmd find a JVM: /tmp/hsperfdata_USER/PID. */
#include "perfdata.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "restorer.h"

static bool user_name(struct text *name) {
  enum { ROOM = 1 << 16 };
  char *passwd = allocate(ROOM);
  long fd = sys(openat, AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC), got;
  size_t length = 0;
  if (fd < 0) return false;
  while (length < ROOM - 1 && (got = sys(read, fd, passwd + length, ROOM - 1 - length)) > 0) length += (size_t)got;
  sys(close, fd);
  passwd[length] = 0;
  return find_user(passwd, (uint64_t)sys(geteuid), name);
}

/* HotSpot's own rules for the folder: ours, no link, nobody else may write. */
static int open_folder(const char *path) {
  struct stat status;
  sys(mkdirat, AT_FDCWD, path, 0755);
  long fd = sys(openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return -1;
  if (sys(fstat, fd, &status) == 0 && status.st_uid == (uint64_t)sys(geteuid) && !(status.st_mode & 022)) return (int)fd;
  sys(close, fd);
  return -1;
}

static char made[384]; /* its path, when there is one */
static bool is_made;

const char *made_perfdata(void) { return is_made ? made : NULL; }

int make_perfdata(void) {
  static char pid[16];
  struct text file = TEXT(made), number = TEXT(pid);
  append(&file, "/tmp/hsperfdata_");
  if (!user_name(&file)) return -1;
  int folder = open_folder(made);
  if (folder < 0) return -1;
  append(&number, "%d", (int)sys(getpid));
  /* A left-over of a dead JVM goes; the file of a live one in another PID namespace is locked. */
  long old = sys(openat, folder, pid, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (old >= 0) {
    if (sys(flock, old, LOCK_EX | LOCK_NB) == 0) sys(unlinkat, folder, pid, 0);
    sys(close, old);
  }
  long fd = sys(openat, folder, pid, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  sys(close, folder);
  if (fd < 0) return -1;
  /* As HotSpot does: JVMs of other PID namespaces that share /tmp remove what nobody has locked. The mapping keeps the lock
   * when the descriptor is closed. */
  if (sys(flock, fd, LOCK_EX | LOCK_NB) == -EAGAIN) {
    sys(close, fd);
    return -1;
  }
  append(&file, "/%s", pid);
  remember_file(made);
  is_made = true;
  return move_up((int)fd);
}
