#include "own_files.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <stddef.h>

#include "kernel_names.h"
#include "syscall.h"

enum { FILES = 64, PATH_ROOM = 4096 };

static struct {
  struct location location;
  struct stat status;
} remembered[FILES];
static int count;

struct location find_location(const char *path) {
  static char folder[PATH_ROOM];
  size_t length = 0;
  for (size_t i = 0; path[i]; i++)
    if (path[i] == '/') length = i + 1;
  if (length >= PATH_ROOM) return (struct location){-ENAMETOOLONG, path};
  __builtin_memcpy(folder, path, length);
  folder[length] = 0;
  long fd = sys(openat, AT_FDCWD, length ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return (struct location){(int)fd, path + length};
}

static bool is_remembered(int folder) {
  for (int i = 0; i < count; i++)
    if (remembered[i].location.folder == folder) return true;
  return false;
}

void leave_location(const struct location *location) {
  if (location->folder >= 0 && !is_remembered(location->folder)) sys(close, location->folder);
}

static long look_at(const struct location *location, struct stat *status) {
  if (location->folder < 0) return location->folder;
  return sys(newfstatat, location->folder, location->name, status, AT_SYMLINK_NOFOLLOW);
}

static bool is_own(const struct stat *status) { return status->st_uid == (uint64_t)sys(geteuid); }

long remove_own(const struct location *location, uint32_t type) {
  struct stat status;
  long error = look_at(location, &status);
  if (error) return error;
  if (!is_own(&status) || (type && (status.st_mode & S_IFMT) != type)) return -EPERM;
  return sys(unlinkat, location->folder, location->name, 0);
}

long make_own(const struct location *location, uint32_t mode) {
  if (location->folder < 0) return location->folder;
  return sys(openat, location->folder, location->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

long rename_own(const struct location *location, const char *name) {
  struct location taken = {location->folder, name};
  struct stat status;
  if (look_at(&taken, &status) == 0 && !is_own(&status)) return -EPERM;
  return sys(renameat, location->folder, location->name, location->folder, name);
}

/* Older container runtimes don't know renameat2, and some file systems don't know the flag. */
long rename_new(const struct location *location, const char *name) {
  struct location taken = {location->folder, name};
  struct stat status;
  long error = sys(renameat2, location->folder, location->name, location->folder, name, RENAME_NOREPLACE);
  if (error != -EINVAL && error != -ENOSYS && error != -EPERM) return error;
  return look_at(&taken, &status) == 0 ? -EEXIST : sys(renameat, location->folder, location->name, location->folder, name);
}

static bool is_same(const struct stat *one, const struct stat *other) {
  return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Many sockets may be in one folder, so they share one descriptor. */
static void share_folder(struct location *location) {
  struct stat own, other;
  if (sys(fstat, location->folder, &own)) return;
  for (int i = 0; i < count; i++) {
    int folder = remembered[i].location.folder;
    if (sys(fstat, folder, &other) || !is_same(&own, &other)) continue;
    if (folder != location->folder) sys(close, location->folder);
    location->folder = folder;
    return;
  }
}

void remember_own(struct location *location) {
  struct stat status;
  if (count == FILES || look_at(location, &status)) return;
  share_folder(location);
  remembered[count].location = *location;
  remembered[count++].status = status;
}

void remove_remembered(void) {
  struct stat status;
  for (int i = 0; i < count; i++) {
    const struct location *location = &remembered[i].location;
    if (look_at(location, &status) == 0 && is_same(&status, &remembered[i].status))
      sys(unlinkat, location->folder, location->name, 0);
  }
}

void forget_remembered(void) {
  while (count) {
    int folder = remembered[--count].location.folder;
    if (!is_remembered(folder)) sys(close, folder);
  }
}
