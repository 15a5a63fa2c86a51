/* Makes and removes the files by which the JDK's tools find a JVM: /tmp/hsperfdata_USER/PID, /tmp/.java_pidPID. */
#include "perfdata.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "kernel_names.h"
#include "names.h"
#include "own_files.h"
#include "staging.h"
#include "syscall.h"
#include "user.h"

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

/* Applies HotSpot's own rules for the folder: it belongs to this user, is not a link, and nobody else may write to it. */
static int open_folder(const char *path) {
  struct stat status;
  sys(mkdirat, AT_FDCWD, path, 0755);
  long fd = sys(openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return -1;
  if (sys(fstat, fd, &status) == 0 && status.st_uid == (uint64_t)sys(geteuid) && !(status.st_mode & 022)) return (int)fd;
  sys(close, fd);
  return -1;
}

/* Removes the file of a dead JVM. The file of a live one in another PID namespace is locked. */
static void remove_unlocked(int folder, const char *name) {
  long fd = sys(openat, folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  struct location location = {folder, name};
  if (sys(flock, fd, LOCK_EX | LOCK_NB) == 0) remove_own(&location, S_IFREG);
  sys(close, fd);
}

/* Removes files that killed JVMs have left, as HotSpot does at each start. It stops after a number of them, so that the start
 * does not take longer. */
static void remove_leftovers(int folder) {
  enum { MOST = 200, HIGHEST_PID = 1 << 22 };
  struct names names = {folder, 0, 0};
  const char *name;
  uint64_t pid;
  int removed = 0;
  while (removed < MOST && (name = next_name(&names))) {
    if (!parse_number(name, name + text_length(name), HIGHEST_PID, &pid) || !pid || sys(kill, pid, 0) != -ESRCH) continue;
    remove_unlocked(folder, name);
    removed++;
  }
}

static char made[384]; /* path of the file, or empty */
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
  remove_unlocked(folder, pid);
  remove_leftovers(folder);
  struct location location = {folder, pid};
  long fd = make_own(&location, 0600);
  if (fd < 0) {
    leave_location(&location);
    return -1;
  }
  /* HotSpot locks the file as well: JVMs of other PID namespaces that share /tmp remove files that are not locked. The mapping
   * keeps the lock when the descriptor is closed. */
  if (sys(flock, fd, LOCK_EX | LOCK_NB) == -EAGAIN) {
    leave_location(&location);
    sys(close, fd);
    return -1;
  }
  append(&file, "/%s", pid);
  location.folder = move_up(folder);
  remember_own(&location);
  leave_location(&location);
  is_made = true;
  return move_up((int)fd);
}

/* Removes a socket that a killed JVM with this id may have left, because tools would wait for that JVM. HotSpot does the same
 * when it starts. */
void remove_attach_socket(void) {
  static char path[64];
  struct text text = TEXT(path);
  append(&text, "/tmp/.java_pid%d", (int)sys(getpid));
  struct location location = stage_location(path);
  remove_own(&location, S_IFSOCK);
  leave_location(&location);
}
