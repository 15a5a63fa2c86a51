/* Older images have good signatures as well: whoever puts one back would bring back a fault that the newer one has mended. */
#include "newest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "files.h"

enum { TIME = 20, LOCK_TRIES = 500, LOCK_PAUSE = 20 /* ms */ };

bool is_time(const char *text) {
  static const char SHAPE[] = "0000-00-00T00:00:00Z";
  if (strlen(text) != TIME) return false;
  for (size_t i = 0; i < TIME; i++)
    if (SHAPE[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != SHAPE[i]) return false;
  return true;
}

/* Opens the folder of a file, which need not exist. name becomes the part after the last slash. */
static int open_folder_of(const char *path, const char **name) {
  const char *slash = strrchr(path, '/');
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
  char *real = realpath(folder, NULL);
  if (!real) fail(STATUS_UNTRUSTED, "the folder of \"%s\": %s", path, strerror(errno));
  *name = slash ? slash + 1 : path;
  int fd = open_safely(real, O_RDONLY | O_DIRECTORY);
  free(real);
  return fd;
}

/* Opens the file whose lock lets one start at a time change the time. Nobody else may even read it, because a lock for reading would
 * hold this one up. */
static int open_lock(int folder, const char *name, const char *path) {
  char lock[NAME_MAX + 8];
  uint64_t size;
  snprintf(lock, sizeof lock, "%s.lock", name);
  int fd = openat(folder, lock, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  if (errno != EEXIST) fail(STATUS_UNTRUSTED, "\"%s.lock\": %s", path, strerror(errno));
  close(open_file(folder, lock, &size));
  fd = openat(folder, lock, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fchmod(fd, 0600)) fail(STATUS_UNTRUSTED, "\"%s.lock\": %s", path, strerror(errno));
  return fd;
}

/* Waits for the lock, which ends with the process. The manifest is signed all the same, so its command may be used. */
static void lock_newest(int folder, const char *name, const char *path) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  int fd = open_lock(folder, name, path);
  for (int tries = 0; fcntl(fd, F_SETLK, &lock); tries++) {
    if (errno != EAGAIN && errno != EACCES && errno != EINTR)
      fail(STATUS_UNTRUSTED, "\"%s.lock\" can't be locked: %s", path, strerror(errno));
    if (tries == LOCK_TRIES)
      fail(STATUS_DAMAGED, "\"%s.lock\" has been locked for %d seconds", path, LOCK_TRIES * LOCK_PAUSE / 1000);
    poll(NULL, 0, LOCK_PAUSE);
  }
}

static void note(int folder, const char *name, const char *path, const char *created) {
  char fresh[NAME_MAX + 8];
  snprintf(fresh, sizeof fresh, "%s.new", name);
  if (unlinkat(folder, fresh, 0) && errno != ENOENT) fail(STATUS_UNTRUSTED, "\"%s.new\": %s", path, strerror(errno));
  int fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool good = fd >= 0 && write(fd, created, TIME) == TIME && fsync(fd) == 0;
  if (!good || renameat(folder, fresh, folder, name))
    fail(STATUS_UNTRUSTED, "\"%s\" can't be written: %s", path, strerror(errno));
  close(fd);
}

/* Returns true if the file has this time already. The command of an image that is too old is as old as the rest of it. */
static bool is_newest(int folder, const char *name, const char *path, const char *created) {
  uint64_t size;
  if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW)) return false;
  int fd = open_file(folder, name, &size);
  struct content known = read_all(fd, path, TIME + 1);
  close(fd);
  if (!is_time(known.bytes)) fail(STATUS_UNTRUSTED, "\"%s\" is damaged: it has no time in it; remove it", path);
  int order = strcmp(created, known.bytes);
  if (order < 0) fail(STATUS_UNTRUSTED, "it was made at %s, and one of %s was accepted before", created, known.bytes);
  free(known.bytes);
  return order == 0;
}

/* Checks, and then stores the time if it is newer and may be noted. */
static void compare(const char *path, const char *created, bool may_note) {
  const char *name;
  if (!created || !is_time(created)) fail(STATUS_UNTRUSTED, "its manifest does not say when it was made");
  int folder = open_folder_of(path, &name);
  if (!is_newest(folder, name, path, created) && may_note) {
    lock_newest(folder, name, path);
    /* If two starts come at once, the later one sees what the other has written. */
    if (!is_newest(folder, name, path, created)) note(folder, name, path, created);
  }
  close(folder);
}

void check_newest(const char *path, const char *created) { compare(path, created, false); }

void note_newest(const char *path, const char *created) { compare(path, created, true); }
